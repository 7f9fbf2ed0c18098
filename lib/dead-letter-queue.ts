import { Duration, Validations } from "aws-cdk-lib";
import type { TargetBaseProps } from "aws-cdk-lib/aws-events-targets";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

/** Where events end up that could not be delivered or acted upon, each with its reason. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The longest that SQS has: a person has to find them.
      retentionPeriod: Duration.days(14),
    });
    for (const id of ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"]) {
      Validations.of(this.queue).acknowledge({
        id,
        reason: "This is the dead-letter queue itself: nothing receives from it but people.",
      });
    }
  }

  /** How a rule is to deliver: as patiently as EventBridge can, and then into this queue. */
  get delivery(): TargetBaseProps {
    return {
      deadLetterQueue: this.queue,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    };
  }
}
