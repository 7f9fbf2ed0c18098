import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type * as iam from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { DeadLetterQueue } from "./dead-letter-queue.ts";
import { LambdaFunction } from "./lambda-function.ts";

/** What the end of an execution is wired to. */
export interface ExecutionEndedProps {
  readonly stateMachine: IStateMachine;
  readonly environment: Record<string, string>;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: RetentionDays;
}

/** Ends that no state of the machine sees: a failure, the machine's own timeout, an abort. */
const BAD_ENDS = ["FAILED", "TIMED_OUT", "ABORTED"];

/**
 * Every execution of the machine that ends without success leads to one function, which puts the
 * reason on the job's record, publishes what is still due, and so frees the job.
 */
export class ExecutionEnded extends Construct {
  readonly handler: LambdaFunction;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: ExecutionEndedProps) {
    super(scope, id);
    const ended = new LambdaFunction(this, "Function", {
      entry: "execution-ended.ts",
      description: "Records why an execution ended without success, and frees its job",
      environment: props.environment,
      memoryMib: 256,
      timeout: Duration.seconds(30),
      logRetention: props.logRetention,
      failuresReach:
        "A failure destination takes what it could not do: as a dead-letter queue would, with the " +
        "error beside the event.",
    });
    this.handler = ended;
    this.role = ended.role;
    // The rule's dead-letter queue holds what Lambda did not take. What the function could not do
    // is Lambda's to keep: it tries twice more and then would drop the event.
    ended.function.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(props.deadLetters.queue),
    });
    new Rule(this, "Rule", {
      description: "Executions that follow an AKOOL video and ended without success",
      // No bus is named: AWS services publish to the default one.
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: [props.stateMachine.stateMachineArn], status: BAD_ENDS },
      },
      targets: [new LambdaTarget(ended.function, props.deadLetters.delivery)],
    });
  }
}
