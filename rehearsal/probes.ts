import { crc32 } from "node:zlib";
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { ACCOUNT } from "./context.ts";
import type { Aws } from "./deployment/aws.ts";
import type { DeployedStack } from "./deployment/stack.ts";
import type { Emulator } from "./emulator/emulator.ts";
import { until } from "./scenarios/until.ts";

/** What a probe of the emulator works with. */
export interface Prober {
  readonly aws: Aws;
  readonly emulator: Emulator;
  readonly stack: DeployedStack;
}

let count = 0;
const nextName = () => {
  count += 1;
  return `rehearsal-probe-${count}`;
};

/** @returns a probe that has CloudFormation make one resource */
export function createsStack(resource: object) {
  return async ({ aws: { cloudFormation } }: Prober): Promise<boolean> => {
    const StackName = nextName();
    const TemplateBody = JSON.stringify({ Resources: { Probe: resource } });
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
    const asked = new DescribeStacksCommand({ StackName });
    const status = await until(`stack ${StackName}`, async () => {
      const StackStatus = (await cloudFormation.send(asked)).Stacks?.[0]?.StackStatus;
      return StackStatus?.endsWith("IN_PROGRESS") ? undefined : StackStatus;
    });
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    return status === "CREATE_COMPLETE";
  };
}

const PYTHON = "rehearsal-probe-python";

/** Has a function in Python load the SDK that Lambda's runtime brings along. */
export async function importsBoto3(prober: Prober): Promise<boolean> {
  const { cloudFormation, lambda } = prober.aws;
  const StackName = nextName();
  const Probe = {
    Type: "AWS::Lambda::Function",
    Properties: {
      FunctionName: PYTHON,
      Runtime: "python3.13",
      Handler: "index.handler",
      Role: `arn:aws:iam::${ACCOUNT}:role/probe`,
      Code: {
        ZipFile: "import boto3\n\ndef handler(event, context):\n    return boto3.__version__\n",
      },
    },
  };
  const TemplateBody = JSON.stringify({ Resources: { Probe } });
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
  const answer = await until(`a function of ${StackName}`, () =>
    lambda.send(new InvokeCommand({ FunctionName: PYTHON })).catch(() => undefined),
  );
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
  return answer.FunctionError === undefined;
}

/** Completes an upload of one part with the checksum of the whole object, as a copy does. */
export async function checksWhole({ aws: { s3 }, stack }: Prober): Promise<boolean> {
  const object = { Bucket: stack.output("ImportBucketName"), Key: "rehearsal-probe" };
  const Body = Buffer.from("probe");
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Body));
  const [ChecksumType, ChecksumCRC32] = ["FULL_OBJECT" as const, sum.toString("base64")];
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ ...object, ChecksumType, ChecksumAlgorithm: "CRC32" }),
  );
  const part = { ...object, UploadId, PartNumber: 1, Body, ChecksumCRC32 };
  const { ETag } = await s3.send(new UploadPartCommand(part));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
  await s3.send(
    new CompleteMultipartUploadCommand({
      ...object,
      UploadId,
      ChecksumType,
      ChecksumCRC32,
      MultipartUpload,
    }),
  );
  await s3.send(new DeleteObjectCommand(object));
  return true;
}

/** Waits for a callback that never comes, for two seconds by its path. */
export async function isTimedOut(prober: Prober): Promise<boolean> {
  const wait = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Parameters: {
      QueueUrl: prober.stack.output("DeadLetterQueueUrl"),
      MessageBody: { "token.$": "$$.Task.Token" },
    },
    TimeoutSecondsPath: "$.seconds",
    End: true,
  };
  const executionArn = await startMachine(prober, { Wait: wait }, "Wait", { seconds: 2 });
  const status = await endStatus(prober, executionArn, 6);
  await prober.aws.sfn.send(new StopExecutionCommand({ executionArn }));
  return status === "TIMED_OUT" || status === "FAILED";
}

/** Starts an execution that is under way a second time. */
export async function startsAgain(prober: Prober): Promise<boolean> {
  const { sfn } = prober.aws;
  const machine = await createMachine(prober, { Wait: waitLong }, "Wait");
  const again = new StartExecutionCommand({ stateMachineArn: machine, name: "same", input: "{}" });
  const { executionArn } = await sfn.send(again);
  const isTaken = await succeeds(sfn.send(again));
  await sfn.send(new StopExecutionCommand({ executionArn }));
  return isTaken;
}

/** Redrives an execution that has failed. */
export async function redrives(prober: Prober): Promise<boolean> {
  const fail = { Type: "Fail", Error: "Probe" };
  const executionArn = await startMachine(prober, { Fail: fail }, "Fail", {});
  await endStatus(prober, executionArn, 5);
  return succeeds(prober.aws.sfn.send(new RedriveExecutionCommand({ executionArn })));
}

/** Has a distributed map cut three items into batches of two. */
export async function isBatched(prober: Prober): Promise<boolean> {
  const executionArn = await startMap(prober, { ItemBatcher: { MaxItemsPerBatch: 2 } });
  const asked = new DescribeExecutionCommand({ executionArn });
  await endStatus(prober, executionArn, 10);
  const { output } = await prober.aws.sfn.send(asked);
  return output !== undefined && JSON.parse(output).length === 2;
}

const waitLong = { Type: "Wait", Seconds: 60, End: true };

function startMap(prober: Prober, more: object): Promise<string> {
  const map = {
    Type: "Map",
    ItemsPath: "$.items",
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: "Pass",
      States: { Pass: { Type: "Pass", End: true } },
    },
    ...more,
    End: true,
  };
  return startMachine(prober, { Map: map }, "Map", { items: [1, 2, 3] });
}

async function startMachine(prober: Prober, States: object, StartAt: string, input: unknown) {
  const stateMachineArn = await createMachine(prober, States, StartAt);
  const asked = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
  return (await prober.aws.sfn.send(asked)).executionArn ?? "";
}

/** The role is that of the deployed machine, which may write to the dead-letter queue. */
async function createMachine({ aws, stack }: Prober, States: object, StartAt: string) {
  const stateMachineArn = stack.output("StateMachineArn");
  const asked = new DescribeStateMachineCommand({ stateMachineArn });
  const { roleArn } = await aws.sfn.send(asked);
  const definition = JSON.stringify({ StartAt, States });
  const create = new CreateStateMachineCommand({ name: nextName(), roleArn, definition });
  return (await aws.sfn.send(create)).stateMachineArn;
}

/** @returns how an execution has ended, or `RUNNING` */
async function endStatus({ aws }: Prober, executionArn: string, seconds: number) {
  const asked = new DescribeExecutionCommand({ executionArn });
  const ended = async () => {
    const { status } = await aws.sfn.send(asked);
    return status !== "RUNNING" && status;
  };
  return until(executionArn, ended, seconds).catch(() => "RUNNING");
}

async function succeeds(answer: Promise<unknown>): Promise<boolean> {
  return answer.then(
    () => true,
    () => false,
  );
}
