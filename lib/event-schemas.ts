import { readFileSync } from "node:fs";
import { CfnRegistry, CfnSchema } from "aws-cdk-lib/aws-eventschemas";
import { Construct } from "constructs";
import { EVENT_SOURCE } from "#domain/events/events.ts";

/** The events: the name in the registry, as EventBridge names the schemas that it discovers. */
const SCHEMAS = {
  VideoJobStatusChange: "video-job-status-change",
  VideoExpiringUnarchived: "video-expiring-unarchived",
  VideoJobCompanionsArchived: "video-job-companions-archived",
  VideoCompanionsExpiringUnarchived: "video-companions-expiring-unarchived",
  CreditBudgetReached: "credit-budget-reached",
  VideoJobRequested: "video-job-requested",
} as const;

/**
 * The events' schemas in EventBridge's registry, where consumers find them and generate code.
 *
 * The registry knows JSON Schema up to draft 4 alone; the files are generated from the definitions
 * that the code validates with, beside those in the current dialect.
 */
export class EventSchemas extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const registry = new CfnRegistry(this, "Registry", {
      description: "Events of the AKOOL video archiver",
    });
    for (const [name, file] of Object.entries(SCHEMAS)) {
      new CfnSchema(this, name, {
        registryName: registry.attrRegistryName,
        schemaName: `${EVENT_SOURCE}@${name}`,
        type: "JSONSchemaDraft4",
        content: minified(new URL(`../schemas/${file}.draft-04.json`, import.meta.url)),
      });
    }
  }
}

function minified(file: URL): string {
  return JSON.stringify(JSON.parse(readFileSync(file, "utf8")));
}
