/** What Lambda does when a function fails on an asynchronous event. */
export interface AsynchronousInvocation {
  /** Attempts after the first, 0 to 2. */
  maxRetryAttempts: number;
  maxEventAgeSeconds: number;
  /** Gets a record of the failed invocation (an on-failure destination). */
  onFailureQueueArn?: string;
}

/** One Lambda function of the stack, as its template describes it. */
export interface FunctionAsset {
  logicalId: string;
  arn: string;
  /** Absolute path of the bundled `index.mjs`. */
  bundlePath: string;
  /** The name of the bundle's export that Lambda calls. */
  handlerExport: string;
  timeoutSeconds: number;
  memoryMb: number;
  /** The function's variables, every reference replaced by a local name. */
  environment: Readonly<Record<string, string>>;
  asynchronous: AsynchronousInvocation;
}

/** A DynamoDB table. */
export interface TableAsset {
  name: string;
  /** The CloudFormation properties, as synthesized. */
  properties: Readonly<Record<string, unknown>>;
}

/** An SQS queue. */
export interface QueueAsset {
  name: string;
  arn: string;
  url: string;
  properties: Readonly<Record<string, unknown>>;
}

/** Where a rule sends the events that it matches. */
export interface RuleTarget {
  id: string;
  arn: string;
  /** The part of the event that is sent; absent for the whole event. */
  inputPath?: string;
  deadLetterQueueArn?: string;
  retry: { maxAttempts: number; maxAgeSeconds: number };
}

/** An enabled EventBridge rule. */
export interface RuleAsset {
  arn: string;
  busName: string;
  /** As synthesized, references resolved; not yet checked for what can be matched here. */
  pattern: unknown;
  targets: readonly RuleTarget[];
}

/** An enabled rule that fires at a fixed rate. */
export interface ScheduleAsset {
  arn: string;
  everyMs: number;
  targets: readonly RuleTarget[];
}

/** One route of the HTTP API and the function behind it. */
export interface ApiRoute {
  method: string;
  /** Such as `/orders/{orderId}`. */
  path: string;
  functionArn: string;
  /** API Gateway answers 503 after that. */
  timeoutMs: number;
}

/** An API Gateway HTTP API. */
export interface ApiAsset {
  id: string;
  /** Cross-origin rules, as synthesized; absent when the API has none. */
  cors?: unknown;
  routes: readonly ApiRoute[];
}

/** A state machine. */
export interface StateMachineAsset {
  logicalId: string;
  arn: string;
  /** Parsed Amazon States Language with local ARNs; not yet checked for what can be run here. */
  definition: unknown;
}

/** A synthesized stack, as far as it is run on this machine. */
export interface Assembly {
  /** By logical id. */
  functions: ReadonlyMap<string, FunctionAsset>;
  stateMachines: readonly StateMachineAsset[];
  tables: readonly TableAsset[];
  queues: readonly QueueAsset[];
  /** The rules of every bus. */
  rules: readonly RuleAsset[];
  schedules: readonly ScheduleAsset[];
  /** Absent when the stack has none. */
  api?: ApiAsset;
  /** The stack's outputs by name: local names, ARNs and URLs. */
  outputs: ReadonlyMap<string, string>;
}

/** The synthesized stack holds something that cannot be run on this machine. */
export class UnreadableAssembly extends Error {
  override readonly name = "UnreadableAssembly";
}
