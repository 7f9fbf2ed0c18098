import { AwsJsonError, type Operation, parseRequest } from "../http/aws-json.ts";
import { queueArn } from "../template/local-names.ts";
import { bodyDigest, messageBytes } from "./message.ts";
import type { Queue } from "./queue.ts";
import { receivedMessage, selected } from "./received-message.ts";
import {
  deleteRequest,
  getQueueAttributesRequest,
  receiveRequest,
  sendRequest,
} from "./requests.ts";

/** Documented for SQS. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Characters that SQS documents as refused: those that XML 1.0 cannot hold. */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** @param queues by name */
export function queueOperations(queues: ReadonlyMap<string, Queue>): Record<string, Operation> {
  return {
    async SendMessage(body) {
      const request = parseRequest(sendRequest, body);
      const content = { body: request.MessageBody, attributes: request.MessageAttributes };
      requireContent(content);
      const { id } = await find(queues, request.QueueUrl).queue.send(content);
      return { MessageId: id, MD5OfMessageBody: bodyDigest(content.body) };
    },
    async ReceiveMessage(body) {
      const request = parseRequest(receiveRequest, body);
      const { queue } = find(queues, request.QueueUrl);
      const messages = await queue.receive(request.MaxNumberOfMessages, request.VisibilityTimeout);
      if (messages.length === 0) return {};
      return { Messages: messages.map((message) => receivedMessage(message, request)) };
    },
    async DeleteMessage(body) {
      const { QueueUrl, ReceiptHandle } = parseRequest(deleteRequest, body);
      if (!(await find(queues, QueueUrl).queue.delete(ReceiptHandle))) {
        throw new AwsJsonError("ReceiptHandleIsInvalid", `${ReceiptHandle} is no receipt handle.`);
      }
      return {};
    },
    async GetQueueAttributes(body) {
      const { QueueUrl, AttributeNames } = parseRequest(getQueueAttributesRequest, body);
      const { name, queue } = find(queues, QueueUrl);
      const { visible, hidden } = queue.count();
      const attributes = {
        QueueArn: queueArn(name),
        VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(hidden),
      };
      return { Attributes: selected(attributes, AttributeNames) };
    },
  };
}

/** A queue's URL ends in its name. */
function find(queues: ReadonlyMap<string, Queue>, url: string): { name: string; queue: Queue } {
  const name = url.slice(url.lastIndexOf("/") + 1);
  const queue = queues.get(name);
  if (queue === undefined) {
    throw new AwsJsonError("QueueDoesNotExist", `The specified queue does not exist: ${url}`);
  }
  return { name, queue };
}

function requireContent(content: Parameters<typeof messageBytes>[0]): void {
  if (messageBytes(content) > MAX_MESSAGE_BYTES) {
    throw new AwsJsonError(
      "InvalidParameterValue",
      `Message must be shorter than ${MAX_MESSAGE_BYTES} bytes.`,
    );
  }
  if (FORBIDDEN_CHARACTER.test(content.body)) {
    throw new AwsJsonError("InvalidMessageContents", "The message holds a forbidden character.");
  }
}
