import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import { LOCAL_CLIENT } from "../http/local-client.ts";
import { TaskFailure, type TaskHandler } from "./task.ts";

export const SEND_MESSAGE_RESOURCE = "arn:aws:states:::sqs:sendMessage";

/** Delays, message attributes and FIFO queues are not supported here. */
const parametersSchema = z.strictObject({ QueueUrl: z.string(), MessageBody: z.json() });

export interface SendMessageOptions {
  /** As in `AWS_ENDPOINT_URL_SQS`. */
  endpoint: string;
}

/** Step Functions' optimized SQS integration: a MessageBody that is not text is sent as JSON. */
export function sendMessageTask({ endpoint }: SendMessageOptions): TaskHandler {
  const client = new SQSClient({
    endpoint,
    ...LOCAL_CLIENT,
  });
  return async (parameters) => {
    const { QueueUrl, MessageBody } = readParameters(parameters);
    const body = typeof MessageBody === "string" ? MessageBody : JSON.stringify(MessageBody);
    const { MessageId, MD5OfMessageBody } = await send(
      client,
      new SendMessageCommand({ QueueUrl, MessageBody: body }),
    );
    return { MessageId, MD5OfMessageBody };
  };
}

function readParameters(parameters: unknown): z.infer<typeof parametersSchema> {
  const parsed = parametersSchema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  // Step Functions refuses wrong parameters before it calls the service; no retry would help.
  throw new TaskFailure("States.Runtime", z.prettifyError(parsed.error));
}

async function send(client: SQSClient, command: SendMessageCommand) {
  try {
    return await client.send(command);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new TaskFailure(`SQS.${name}`, message);
  }
}
