import * as z from "zod/mini";
import {
  ownName,
  type Resource,
  resourcesOf,
  type Template,
  withoutResources,
} from "./template.ts";

/** What a function, or a state machine, may do. */
export interface Permission {
  /** The construct that has the role: `CheckStatus`. */
  readonly owner: string;
  /** As policies name it: `dynamodb:UpdateItem`. */
  readonly action: string;
}

/** Nobody in the template has that permission; the message says what there is. */
export class UnknownPermission extends Error {
  override readonly name = "UnknownPermission";
}

const policySchema = z.looseObject({
  Roles: z.array(z.looseObject({ Ref: z.optional(z.string()) })),
  PolicyDocument: z.looseObject({
    Statement: z.array(z.looseObject({ Action: z.union([z.string(), z.array(z.string())]) })),
  }),
});

/**
 * Takes one action out of the policies of a role. Statements and policies that are empty then go.
 *
 * @throws UnknownPermission
 */
export function withoutPermission(template: Template, { owner, action }: Permission): Template {
  const policies = policiesOf(template, owner);
  const granted = policies.flatMap(([, policy]) => actionsOf(policy));
  if (!granted.includes(action)) throw new UnknownPermission(refusal(template, owner, granted));
  const empty = new Set<string>();
  const changed: Record<string, Resource> = {};
  for (const [id, policy] of policies) {
    const pruned = pruneStatements(policy, action);
    if (actionsOf(pruned).length === 0) empty.add(id);
    else changed[id] = pruned;
  }
  const Resources = { ...template.Resources, ...changed };
  return withoutResources({ ...template, Resources }, empty);
}

function policiesOf(template: Template, owner: string): [id: string, Resource][] {
  const roles = new Set(
    resourcesOf(template, "AWS::IAM::Role")
      .filter(([, role]) => ownName(role) === owner)
      .map(([id]) => id),
  );
  return resourcesOf(template, "AWS::IAM::Policy").filter(([, { Properties }]) =>
    policySchema.parse(Properties).Roles.some(({ Ref }) => Ref !== undefined && roles.has(Ref)),
  );
}

function actionsOf({ Properties }: Resource): string[] {
  return policySchema.parse(Properties).PolicyDocument.Statement.flatMap(({ Action }) => Action);
}

function pruneStatements(policy: Resource, action: string): Resource {
  const { PolicyDocument, ...rest } = policySchema.parse(policy.Properties);
  const Statement = PolicyDocument.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((name) => name !== action),
  })).filter(({ Action }) => Action.length > 0);
  return { ...policy, Properties: { ...rest, PolicyDocument: { ...PolicyDocument, Statement } } };
}

function refusal(template: Template, owner: string, granted: readonly string[]): string {
  if (granted.length > 0) return `${owner} may do: ${[...new Set(granted)].sort().join(", ")}`;
  const owners = resourcesOf(template, "AWS::IAM::Role").map(([, role]) => ownName(role));
  return `${owner} has no permissions; these have: ${owners.sort().join(", ")}`;
}
