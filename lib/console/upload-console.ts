import type { ConsoleSettings } from "@akool-archiver/console/console-settings.ts";
import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { BucketDeployment, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { Construct } from "constructs";
import { acknowledgeWildcard, nagReference } from "#lib/acknowledge.ts";
import { consoleFiles } from "./console-files.ts";
import type { FileBucket } from "./console-site.ts";

/** Lays the console's files into its bucket, and beside them what the page is told of this stack. */
export function uploadConsole(
  scope: Construct,
  bucket: FileBucket,
  retention: RetentionDays,
  settings: ConsoleSettings,
): void {
  const { handlerRole } = new BucketDeployment(scope, "Files", {
    destinationBucket: bucket,
    sources: [Source.asset(consoleFiles(scope)), Source.jsonData("console.json", settings)],
    logGroup: new LogGroup(scope, "FilesLogs", {
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
    memoryLimit: 256,
  });
  const { scope: handler } = handlerRole.node;
  if (handler !== undefined) acknowledgeHandler(handler, bucket);
}

const COPIES =
  "CDK's own function copies the page out of the bucket of CDK's assets into the console's bucket, " +
  "which holds nothing else.";

function acknowledgeHandler(handler: Construct, bucket: FileBucket): void {
  const ofDeployments = "It runs in deployments alone, and CloudFormation waits for its answer.";
  Validations.of(handler).acknowledge(
    {
      id: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
      reason: "CDK's own function; the policy lets it write logs.",
    },
    { id: "AwsSolutions-L1", reason: "Its runtime is CDK's choice, and comes with its updates." },
    {
      id: "Serverless-LambdaLatestVersion",
      reason: "Its runtime is CDK's choice, and comes with its updates.",
    },
    { id: "Serverless-LambdaDLQ", reason: ofDeployments },
    { id: "Serverless-LambdaTracing", reason: ofDeployments },
    ...["GetBucket*", "GetObject*", "List*", "Abort*", "DeleteObject*"].map((action) => ({
      id: `AwsSolutions-IAM5[Action::s3:${action}]`,
      reason: COPIES,
    })),
  );
  const assets = "cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>";
  acknowledgeWildcard(handler, `arn:<AWS::Partition>:s3:::${assets}/*`, COPIES);
  acknowledgeWildcard(handler, `${nagReference(bucket, "Arn")}/*`, COPIES);
}
