import {
  DynamoDBClient,
  DynamoDBServiceException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { LOCAL_CLIENT } from "../http/local-client.ts";
import { TaskFailure, type TaskHandler } from "./task.ts";

/** The one form that runs here: the task goes on when the token comes back that it has written. */
export const UPDATE_ITEM_RESOURCE = "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken";

/** A number is text in DynamoDB's own notation. */
const attributeValue = z.union([
  z.strictObject({ S: z.string() }),
  z.strictObject({ N: z.string() }),
]);
const attributeValues = z.record(z.string(), attributeValue);

const parametersSchema = z.strictObject({
  TableName: z.string(),
  Key: attributeValues,
  UpdateExpression: z.string(),
  ConditionExpression: z.exactOptional(z.string()),
  ExpressionAttributeNames: z.exactOptional(z.record(z.string(), z.string())),
  ExpressionAttributeValues: z.exactOptional(attributeValues),
});

export interface UpdateItemOptions {
  /** As in `AWS_ENDPOINT_URL_DYNAMODB`. */
  endpoint: string;
}

/** Step Functions' AWS SDK integration of DynamoDB's UpdateItem. */
export function updateItemTask({ endpoint }: UpdateItemOptions): TaskHandler {
  const client = new DynamoDBClient({
    endpoint,
    ...LOCAL_CLIENT,
  });
  return async (parameters) => {
    await send(client, new UpdateItemCommand(readParameters(parameters)));
  };
}

function readParameters(parameters: unknown): z.infer<typeof parametersSchema> {
  const parsed = parametersSchema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  // Step Functions refuses wrong parameters before it calls the service; no retry would help.
  throw new TaskFailure("States.Runtime", z.prettifyError(parsed.error));
}

async function send(client: DynamoDBClient, command: UpdateItemCommand): Promise<void> {
  try {
    await client.send(command);
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    throw new TaskFailure(errorNameOf(error), message);
  }
}

/** Source: Step Functions developer guide, "AWS SDK integrations": `DynamoDb`, as in its Java SDK. */
function errorNameOf(error: unknown): string {
  if (!(error instanceof DynamoDBServiceException)) return "DynamoDb.SdkClientException";
  return `DynamoDb.${error.name.replace(/(?:Exception)?$/, "Exception")}`;
}
