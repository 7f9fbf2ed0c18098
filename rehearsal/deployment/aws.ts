import { Agent } from "node:https";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { CREDENTIALS, REGION } from "#rehearsal/context.ts";
import type { Emulator } from "#rehearsal/emulator/emulator.ts";

/** Clients of the emulator, with its account's own keys. */
export type Aws = ReturnType<typeof connect>;

/** Makes the clients; they trust the emulator's certificate and no other. */
export function connect({ endpoint, certificate }: Emulator) {
  const httpsAgent = new Agent({ ca: certificate, keepAlive: true });
  const config = {
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    requestHandler: { httpsAgent, requestTimeout: 60_000 },
  };
  const dynamoDb = new DynamoDBClient(config);
  return {
    cloudFormation: new CloudFormationClient(config),
    documents: DynamoDBDocumentClient.from(dynamoDb),
    dynamoDb,
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    secrets: new SecretsManagerClient(config),
    sfn: new SFNClient(config),
    sqs: new SQSClient(config),
    close: () => httpsAgent.destroy(),
  };
}
