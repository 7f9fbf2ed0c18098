import { Duration, Validations } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type * as iam from "aws-cdk-lib/aws-iam";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { LambdaFunction } from "./lambda-function.ts";

/** What the sweeper is wired to. */
export interface SweeperProps {
  readonly environment: Record<string, string>;
  readonly logRetention: RetentionDays;
}

/** One run ends before the next begins, so that none has to know of another. */
const INTERVAL = Duration.minutes(5);
const TIMEOUT = Duration.minutes(4);

const THE_NEXT_RUN =
  "A run is a tick of the clock: its event holds nothing that could be lost, and the next run, five " +
  "minutes later, does what this one has not done.";

/** Checks every few minutes for jobs that have stopped moving, and restarts them. */
export class Sweeper extends Construct {
  readonly handler: LambdaFunction;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { environment, logRetention }: SweeperProps) {
    super(scope, id);
    const sweep = new LambdaFunction(this, "Function", {
      entry: "sweep.ts",
      description: "Has jobs go on that have stopped moving, and warns before a video is lost",
      environment,
      memoryMib: 512,
      timeout: TIMEOUT,
      logRetention,
      failuresReach: THE_NEXT_RUN,
    });
    this.handler = sweep;
    this.role = sweep.role;
    // A run that failed is made up for by the next; repeated, it would only come on top of that.
    sweep.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: INTERVAL });
    const schedule = new Rule(this, "Schedule", {
      description: "Looks for jobs of AKOOL videos that have stopped moving",
      schedule: Schedule.rate(INTERVAL),
      targets: [new LambdaTarget(sweep.function, { retryAttempts: 0 })],
    });
    Validations.of(sweep.function).acknowledge({
      id: "Serverless-LambdaAsyncFailureDestination",
      reason: THE_NEXT_RUN,
    });
    Validations.of(schedule).acknowledge({ id: "Serverless-EventBusDLQ", reason: THE_NEXT_RUN });
  }
}
