import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Context } from "../context.ts";
import { type DeadLetter, readDeadLetter } from "../dead-letters/dead-letter.ts";
import { plainText } from "../output/format.ts";
import { UsageError } from "../output/usage-error.ts";
import { type CommonFlags, openSession, type Session } from "../target/session.ts";
import { type AwsConfiguration, awsConfiguration, stackResources } from "../target/stack.ts";
import { confirmed } from "./ask.ts";
import { commonFlags, yesFlag } from "./flags.ts";

const LOOK_SECONDS = 5;
const REDRIVE_SECONDS = 120;
/** SQS hands out ten at a time, and in no order. */
const MOST = 1_000;

const list = buildCommand<CommonFlags, [], Context>({
  docs: {
    brief: "what could not be delivered, or was refused",
    customUsage: [{ input: "--stack AkoolVideoArchiver", brief: "of a deployed stack" }],
  },
  parameters: { flags: commonFlags },
  async func(flags) {
    const session = await openSession(this, flags);
    const { sqs, queue } = await openQueue(session, this);
    let seen = 0;
    for await (const message of receive(sqs, queue, LOOK_SECONDS)) {
      seen += 1;
      const letter = readDeadLetter(message);
      session.print.result(letter, lineOf(letter));
    }
    sqs.destroy();
    if (seen === 0) session.print.note("the dead-letter queue is empty");
  },
});

interface RedriveFlags extends CommonFlags {
  readonly yes?: boolean | undefined;
}

const redrive = buildCommand<RedriveFlags, [], Context>({
  docs: {
    brief: "have what could not be delivered done after all",
    fullDescription:
      "Requests are submitted, ends of executions are given to ExecutionEnded; what succeeded is deleted. Requests that were refused stay: they name no job.",
    customUsage: [
      { input: "--stack AkoolVideoArchiver --yes", brief: "once their cause is mended" },
    ],
  },
  parameters: { flags: { ...commonFlags, yes: yesFlag } },
  async func({ yes, ...flags }) {
    const session = await openSession(this, flags);
    const { sqs, queue, configuration } = await openQueue(session, this);
    if (!(await confirmed(this, "Redrive everything that can be?", yes))) return;
    const invoke = await executionEnded(session, configuration);
    const { DeleteMessageCommand } = await import("@aws-sdk/client-sqs");
    let whole = true;
    for await (const message of receive(sqs, queue, REDRIVE_SECONDS)) {
      const letter = readDeadLetter(message);
      const outcome = await redriveOne(letter, session, invoke);
      if (outcome === "done") {
        const { ReceiptHandle } = message;
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
      } else whole = false;
      session.print.result({ ...letter, outcome }, `${lineOf(letter)}  ${outcome}`);
    }
    sqs.destroy();
    this.process.exitCode = whole ? 0 : 1;
  },
});

export const deadLetters = buildRouteMap({
  routes: { list, redrive },
  docs: { brief: "what could not be delivered: list it, have it done after all" },
});

async function openQueue({ target, outputs }: Session, { environment }: Context) {
  const queue = outputs.DeadLetterQueueUrl;
  if (target.kind !== "stack" || queue === undefined) {
    throw new UsageError("the dead-letter queue is a deployed stack's: --stack NAME");
  }
  const configuration = await awsConfiguration(target, environment);
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  return { sqs: new SQSClient(configuration), queue, configuration };
}

async function* receive(
  sqs: SQSClient,
  queue: string,
  hiddenSeconds: number,
): AsyncGenerator<Message> {
  const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
  const seen = new Set<string>();
  while (seen.size < MOST) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ["All"],
      }),
    );
    const fresh = Messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
    if (fresh.length === 0) return;
    for (const { MessageId = "" } of fresh) seen.add(MessageId);
    yield* fresh;
  }
}

type Invoke = (payload: unknown) => Promise<void>;

async function redriveOne(letter: DeadLetter, { archiver, signal }: Session, invoke: Invoke) {
  try {
    if (letter.kind === "request") {
      await archiver.submitJob(letter.request, { signal });
      return "done";
    }
    if (letter.kind === "execution-ended") {
      await invoke(letter.payload);
      return "done";
    }
    return "stays: it names no job";
  } catch (error) {
    return `failed: ${plainText(error instanceof Error ? error.message : String(error))}`;
  }
}

async function executionEnded(
  { target, signal }: Session,
  configuration: AwsConfiguration,
): Promise<Invoke> {
  const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  const stack = target.kind === "stack" ? target.stack : "";
  const client = new CloudFormationClient(configuration);
  const functions = await stackResources(client, stack, "AWS::Lambda::Function");
  const name = [...functions].find(([logical]) => logical.startsWith("ExecutionEnded"))?.[1];
  const lambda = new LambdaClient(configuration);
  return async (payload) => {
    if (name === undefined) throw new Error("the stack has no function ExecutionEnded");
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(payload)) }),
      { abortSignal: signal },
    );
    if (FunctionError !== undefined) throw new Error(Buffer.from(Payload ?? []).toString());
  };
}

function lineOf({ kind, about, reason, messageId }: DeadLetter): string {
  return [messageId, kind, about, reason].filter(Boolean).map(plainText).join("  ");
}
