/**
 * Regions in which `AWS::EventSchemas::*` does not exist, by CloudFormation's registry of resource
 * types (as cfn-lint 1.58 carries it).
 */
export const REGIONS_WITHOUT_SCHEMA_REGISTRY: ReadonlySet<string> = new Set([
  "ap-east-2",
  "ap-south-2",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-west-1",
  "il-central-1",
  "mx-central-1",
]);

/** Regions without archive and replay, by EventBridge's table of features by region. */
const WITHOUT_EVENT_ARCHIVE: ReadonlySet<string> = new Set(["ap-east-2"]);

/** @param region undefined where it is not known at synthesis: most regions have it */
export function hasSchemaRegistry(region: string | undefined): boolean {
  return region === undefined || !REGIONS_WITHOUT_SCHEMA_REGISTRY.has(region);
}

/** @param region undefined where it is not known at synthesis: most regions have it */
export function hasEventArchive(region: string | undefined): boolean {
  return region === undefined || !WITHOUT_EVENT_ARCHIVE.has(region);
}
