import {
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import { EVENT_SOURCE } from "#domain/events/events.ts";
import { until } from "./until.ts";

const eventSchema = z.object({
  "detail-type": z.string(),
  detail: z.looseObject({ videoModelId: z.string(), eventId: z.string() }),
});

/** An event of the archiver. */
type ArchiverEvent = z.infer<typeof eventSchema>;

const NAME = "rehearsal-events";

/** Keeps what the archiver publishes, as a consumer with a rule and a queue of its own would. */
export class EventLog {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #seen: ArchiverEvent[] = [];

  private constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  /** Sets up the rule and the queue. */
  static async open(
    clients: { readonly sqs: SQSClient; readonly events: EventBridgeClient },
    busName: string,
  ): Promise<EventLog> {
    const { sqs, events } = clients;
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: NAME }));
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
    const { QueueArn = "" } = (await sqs.send(asked)).Attributes ?? {};
    const Attributes = { Policy: JSON.stringify(deliveryPolicy(QueueArn)) };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    const rule = { Name: NAME, EventBusName: busName };
    const EventPattern = JSON.stringify({ source: [EVENT_SOURCE] });
    await events.send(new PutRuleCommand({ ...rule, EventPattern }));
    const Targets = [{ Id: "queue", Arn: QueueArn }];
    await events.send(new PutTargetsCommand({ Rule: NAME, EventBusName: busName, Targets }));
    return new EventLog(sqs, QueueUrl);
  }

  /** @returns the ids of a job's events, without repetitions, once there are so many. */
  async idsOf(videoModelId: string, count: number): Promise<string[]> {
    return until(`${count} events of ${videoModelId}`, async () => {
      await this.#take();
      const own = this.#seen.filter(({ detail }) => detail.videoModelId === videoModelId);
      const ids = [...new Set(own.map(({ detail }) => detail.eventId))];
      return ids.length >= count && ids.sort();
    });
  }

  async #take(): Promise<void> {
    const QueueUrl = this.#queueUrl;
    const asked = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await this.#sqs.send(asked);
    for (const { Body = "", ReceiptHandle } of Messages) {
      this.#seen.push(eventSchema.parse(JSON.parse(Body)));
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

function deliveryPolicy(queueArn: string) {
  const Statement = [
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
    },
  ];
  return { Version: "2012-10-17", Statement };
}
