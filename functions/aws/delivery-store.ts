import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";

/** Remembers webhooks, once processed, for longer than they can be replayed. Decision 0025. */
export interface DeliveryStore {
  isKnown(deliveryId: string): Promise<boolean>;
  /** @param until epoch milliseconds after which it may be forgotten */
  remember(deliveryId: string, until: number): Promise<void>;
}

/** The delivery store on DynamoDB, whose items expire by TTL. */
export function createDeliveryStore(client: DynamoDBClient, tableName: string): DeliveryStore {
  const documents = DynamoDBDocumentClient.from(client);
  return {
    async isKnown(deliveryId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: { deliveryId }, ConsistentRead: true }),
      );
      return Item !== undefined;
    },
    async remember(deliveryId, until) {
      await documents.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { deliveryId },
          UpdateExpression: "SET expiresAt = :until",
          ExpressionAttributeValues: { ":until": Math.ceil(until / 1000) },
        }),
      );
    },
  };
}
