import { CfnElement, Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * Acknowledges, for cdk-nag, that a permission ends in a wildcard, and says why.
 *
 * @param scope the construct whose policy has the permission
 * @param resource the resource as cdk-nag writes it; see {@link nagReference}
 */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/**
 * How cdk-nag writes an attribute of a resource of the stack: `<LogicalId.Arn>`.
 *
 * @throws TypeError if the construct is no single resource
 */
export function nagReference(construct: IConstruct, attribute: "Arn" | "Name"): string {
  return `<${logicalIdOf(construct)}.${attribute}>`;
}

/** @throws TypeError if the construct is no single resource */
export function logicalIdOf(construct: IConstruct): string {
  const resource = construct.node.defaultChild;
  if (resource === undefined || !CfnElement.isCfnElement(resource)) {
    throw new TypeError(`${construct.node.path} is not a single resource`);
  }
  return Stack.of(construct).getLogicalId(resource);
}
