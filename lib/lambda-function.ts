import { type Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { acknowledgeWildcard } from "./acknowledge.ts";
import { bundleOf, SOURCES } from "./function-bundles.ts";
import { commonEnvironment } from "./function-environment.ts";

/** What differs from one function to the next. */
export interface LambdaFunctionProps {
  /** File name of the entry point inside `functions/handlers/`. */
  readonly entry: string;
  readonly description: string;
  readonly environment: Record<string, string>;
  /** Memory in MiB; CPU and network bandwidth grow with it. */
  readonly memoryMib: number;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
  /** Who learns of a call that has failed, since no function has a dead-letter queue of its own. */
  readonly failuresReach: string;
  /** Copies that may run at once; undefined for what the account has free. */
  readonly reservedConcurrency?: number | undefined;
}

/**
 * A function with all defaults of this project set once: runtime, bundling, logs, tracing, and a
 * role of its own that may do nothing but write its log and its traces until it is granted more.
 */
export class LambdaFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;
  readonly memoryMib: number;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    this.memoryMib = props.memoryMib;
    const logGroup = new LogGroup(this, "Logs", {
      retention: props.logRetention,
      // The record of a job is in the table; logs need not outlive the stack.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of our own, since CDK's default one may write to every log group of the account.
    this.role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(this.role);
    this.function = new lambda.Function(this, "Function", {
      // The SDK that was tested is the SDK that runs: it is part of the bundle.
      code: lambda.Code.fromAsset(codeOf(this, props.entry)),
      handler: "index.handler",
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMib,
      timeout: props.timeout,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      role: this.role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      environment: {
        ...commonEnvironment(Stack.of(this).stackName),
        ...props.environment,
      },
    });
    Validations.of(this.function).acknowledge({
      id: "Serverless-LambdaDLQ",
      reason: props.failuresReach,
    });
    acknowledgeWildcard(
      this.role,
      "*",
      "X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords take '*' alone.",
    );
  }
}

/** The template alone needs no bundle; its tests turn bundling off, as CDK does for `cdk ls`. */
function codeOf(scope: Construct, entry: string): string {
  return Stack.of(scope).bundlingRequired ? bundleOf(entry) : SOURCES;
}
