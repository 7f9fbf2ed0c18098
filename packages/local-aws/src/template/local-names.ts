import { UnreadableAssembly } from "./assembly.ts";

export const LOCAL_REGION = "us-east-1";
export const LOCAL_ACCOUNT = "000000000000";

/** AWS's pseudo parameters, with the values that stand for this machine. */
export const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  "AWS::Region": LOCAL_REGION,
  "AWS::AccountId": LOCAL_ACCOUNT,
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
};

/** One resource of a CloudFormation template. */
export interface Resource {
  Type: string;
  Properties: Readonly<Record<string, unknown>>;
}

interface LocalIdentity {
  /** What `Ref` gives. */
  ref: string;
  /** What `Fn::GetAtt` gives, by attribute. */
  attributes: Readonly<Record<string, string>>;
}

type Namer = (logicalId: string, properties: Resource["Properties"]) => LocalIdentity;

const table: Namer = (logicalId, properties) => {
  const name = givenName(properties, "TableName") ?? logicalId;
  return { ref: name, attributes: { Arn: arn("dynamodb", `table/${name}`) } };
};

/** Names that only tell one resource from another. */
const byLogicalId: Namer = (logicalId) => ({ ref: logicalId, attributes: {} });

const NAMERS: Readonly<Record<string, Namer>> = {
  "AWS::Lambda::Function": (logicalId, properties) => {
    const name = givenName(properties, "FunctionName") ?? logicalId;
    return { ref: name, attributes: { Arn: arn("lambda", `function:${name}`) } };
  },
  "AWS::StepFunctions::StateMachine": (logicalId, properties) => {
    const name = givenName(properties, "StateMachineName") ?? logicalId;
    const machineArn = arn("states", `stateMachine:${name}`);
    return { ref: machineArn, attributes: { Arn: machineArn, Name: name } };
  },
  "AWS::DynamoDB::Table": table,
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::S3::Bucket": (logicalId, properties) => {
    const name = givenName(properties, "BucketName") ?? logicalId.toLowerCase();
    return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
  },
  "AWS::Events::EventBus": (logicalId, properties) => {
    const name = givenName(properties, "Name") ?? logicalId;
    return { ref: name, attributes: { Arn: arn("events", `event-bus/${name}`), Name: name } };
  },
  "AWS::Events::Rule": (logicalId, properties) => {
    const name = givenName(properties, "Name") ?? logicalId;
    return { ref: name, attributes: { Arn: arn("events", `rule/${name}`) } };
  },
  "AWS::SQS::Queue": (logicalId, properties) => {
    const name = givenName(properties, "QueueName") ?? logicalId;
    return {
      ref: queueUrl(name),
      attributes: { Arn: queueArn(name), QueueName: name, QueueUrl: queueUrl(name) },
    };
  },
  "AWS::ApiGatewayV2::Api": (logicalId) => ({
    ref: logicalId,
    // Reserved by RFC 2606: a client that gets it by mistake calls no stranger's server.
    attributes: { ApiEndpoint: `https://${logicalId.toLowerCase()}.invalid` },
  }),
  "AWS::ApiGatewayV2::Integration": byLogicalId,
};

/**
 * The local name and attributes of a resource.
 *
 * @throws UnreadableAssembly for a resource type without an emulator
 */
export function identify(logicalId: string, resource: Resource): LocalIdentity {
  const namer = NAMERS[resource.Type];
  if (namer === undefined) {
    throw new UnreadableAssembly(
      `${logicalId} is a ${resource.Type}, which has no local name: add it to local-names.ts`,
    );
  }
  return namer(logicalId, resource.Properties);
}

/**
 * A queue's URL. SQS clients without an endpoint go to the host in it, so it must never be an AWS
 * host; the emulator reads only the queue's name.
 */
function queueUrl(name: string): string {
  return `http://127.0.0.1/${LOCAL_ACCOUNT}/${name}`;
}

/** A queue's ARN. */
export function queueArn(name: string): string {
  return arn("sqs", name);
}

function givenName(properties: Resource["Properties"], field: string): string | undefined {
  const name = properties[field];
  return typeof name === "string" ? name : undefined;
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;
}
