import { EventBus } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";

/**
 * Where every change of a job's status is announced (source `akool.video-archiver`, detail type
 * `Video Job Status Change`). A bus of its own, so that consumers can be granted it alone.
 */
export class JobEventBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new EventBus(this, "Bus", { description: "Status changes of AKOOL video jobs" });
  }
}
