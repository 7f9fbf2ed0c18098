import { templateSchema } from "./template.ts";

/**
 * Properties, by the types of resources that keep something, whose change makes CloudFormation put
 * another resource in the place of the one that is there. Sources: "Update requires" of each type.
 */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  "AWS::DynamoDB::GlobalTable": ["TableName", "KeySchema", "LocalSecondaryIndexes"],
  "AWS::DynamoDB::Table": ["TableName", "KeySchema", "LocalSecondaryIndexes"],
  "AWS::Events::EventBus": ["Name"],
  "AWS::S3::Bucket": ["BucketName"],
  "AWS::SQS::Queue": ["QueueName", "FifoQueue"],
};

/** What a resource must keep, so that an upgrade leaves its content where it is. */
export type StatefulResources = Record<string, { type: string; kept: Record<string, unknown> }>;

/** @returns the resources of a template that keep something, by logical id */
export function statefulResources(template: unknown): StatefulResources {
  const resources = Object.entries(templateSchema.parse(template).Resources);
  return Object.fromEntries(
    resources.flatMap(([id, { Type: type, Properties }]) => {
      const properties = REPLACING[type];
      if (properties === undefined) return [];
      const given = properties.filter((property) => property in Properties);
      const kept = Object.fromEntries(given.map((property) => [property, Properties[property]]));
      return [[id, { type, kept }]];
    }),
  );
}
