import * as z from "zod/mini";
import type { QueueAsset, TableAsset } from "./assembly.ts";
import { type Resources, resolve } from "./intrinsics.ts";
import { identify } from "./local-names.ts";

const TABLE_TYPES = ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"];

/** Every table of the template. */
export function readTables(resources: Resources): TableAsset[] {
  return Object.entries(resources)
    .filter(([, { Type }]) => TABLE_TYPES.includes(Type))
    .map(([logicalId, resource]) => ({
      name: identify(logicalId, resource).ref,
      properties: resource.Properties,
    }));
}

/** Every queue of the template. */
export function readQueues(resources: Resources): QueueAsset[] {
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === "AWS::SQS::Queue")
    .map(([logicalId, resource]) => {
      const { ref, attributes } = identify(logicalId, resource);
      return {
        name: z.string().parse(attributes.QueueName),
        arn: z.string().parse(attributes.Arn),
        url: ref,
        properties: z
          .record(z.string(), z.unknown())
          .parse(resolve(resource.Properties, resources)),
      };
    });
}
