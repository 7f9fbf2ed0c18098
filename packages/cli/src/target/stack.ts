import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { UsageError } from "../output/usage-error.ts";
import type { Target } from "./target.ts";

export type StackTarget = Extract<Target, { kind: "stack" }>;

/** How the SDK's clients of a stack are made. */
export interface AwsConfiguration {
  readonly region: string;
  readonly credentials?: never;
  readonly profile?: string;
}

export type StackOutputs = Readonly<Record<string, string>>;

/**
 * The region is the flag's, the environment's, or the profile's.
 *
 * @throws UsageError when none of them names one
 */
export async function awsConfiguration(
  { region, profile }: StackTarget,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<AwsConfiguration> {
  const named = region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const found = named ?? (await regionOfProfile(profile));
  if (found === undefined) throw new UsageError("which region? Give --region, or set AWS_REGION");
  return { region: found, ...(profile !== undefined && { profile }) };
}

/**
 * What the stack has put out: addresses and names.
 *
 * @throws UsageError when there is no such stack
 */
export async function stackOutputs(
  target: StackTarget,
  configuration: AwsConfiguration,
): Promise<StackOutputs> {
  const { CloudFormationClient, DescribeStacksCommand } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const client = new CloudFormationClient(configuration);
  try {
    const { Stacks = [] } = await client.send(
      new DescribeStacksCommand({ StackName: target.stack }),
    );
    const outputs = Stacks[0]?.Outputs ?? [];
    return Object.fromEntries(
      outputs.flatMap(({ OutputKey, OutputValue }) =>
        OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue]],
      ),
    );
  } catch (error) {
    if (isMissingStack(error)) {
      throw new UsageError(
        `there is no stack ${target.stack} in ${configuration.region} of this account. ` +
          "Give the right --stack, --region and --profile, or deploy: npx cdk deploy",
      );
    }
    throw error;
  } finally {
    client.destroy();
  }
}

/** The names of a stack's resources of one type, by their logical ids. */
export async function stackResources(
  client: CloudFormationClient,
  stack: string,
  type: string,
): Promise<Map<string, string>> {
  const { paginateListStackResources } = await import("@aws-sdk/client-cloudformation");
  const found = new Map<string, string>();
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    for (const {
      ResourceType,
      LogicalResourceId,
      PhysicalResourceId,
    } of page.StackResourceSummaries ?? []) {
      if (ResourceType === type && LogicalResourceId && PhysicalResourceId) {
        found.set(LogicalResourceId, PhysicalResourceId);
      }
    }
  }
  return found;
}

function isMissingStack(error: unknown): boolean {
  return (
    error instanceof Error && error.name === "ValidationError" && /not exist/.test(error.message)
  );
}

async function regionOfProfile(profile: string | undefined): Promise<string | undefined> {
  const { loadConfig, NODE_REGION_CONFIG_OPTIONS } = await import("@smithy/core/config");
  const load = loadConfig(
    { ...NODE_REGION_CONFIG_OPTIONS, default: "" },
    { ...(profile !== undefined && { profile }), preferredFile: "credentials" },
  );
  return (await load().catch(() => "")) || undefined;
}
