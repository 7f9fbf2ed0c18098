import { paginateListStackResources } from "@aws-sdk/client-cloudformation";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ownName, resourcesOf, type Template } from "#rehearsal/assembly/template.ts";
import type { Aws } from "./aws.ts";
import type { Outputs } from "./deploy.ts";

/** The names that AWS has given to the stack's resources. */
export class DeployedStack {
  readonly #outputs: Outputs;
  readonly #names: ReadonlyMap<string, string>;
  readonly #template: Template;

  constructor(outputs: Outputs, template: Template, names: ReadonlyMap<string, string>) {
    this.#outputs = outputs;
    this.#template = template;
    this.#names = names;
  }

  /** @throws for an output that the stack has not */
  output(name: string): string {
    const value = this.#outputs[name];
    if (value === undefined) throw new Error(`the stack has no output ${name}`);
    return value;
  }

  /** @returns the name of the function whose construct is called that. */
  functionName(construct: string): string {
    const functions = resourcesOf(this.#template, "AWS::Lambda::Function");
    const [id] = functions.find(([, resource]) => ownName(resource) === construct) ?? [];
    const name = id === undefined ? undefined : this.#names.get(id);
    if (name === undefined) throw new Error(`the stack has no function ${construct}`);
    return name;
  }
}

/** Asks CloudFormation for the names of what it has made. */
export async function describe(
  { cloudFormation }: Aws,
  stackName: string,
  template: Template,
  outputs: Outputs,
): Promise<DeployedStack> {
  const names = new Map<string, string>();
  const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stackName });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const { LogicalResourceId = "", PhysicalResourceId = "" } of StackResourceSummaries) {
      names.set(LogicalResourceId, PhysicalResourceId);
    }
  }
  return new DeployedStack(outputs, template, names);
}

/** Lays AKOOL's keys where the stack expects them, as the person who deploys does. */
export async function putSecret(
  { secrets }: Aws,
  name: string,
  keys: { readonly apiKey: string; readonly clientId: string },
): Promise<void> {
  await secrets.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(keys) }));
}
