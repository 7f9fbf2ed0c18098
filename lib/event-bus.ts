import { Duration } from "aws-cdk-lib";
import {
  Archive,
  CfnArchive,
  EventBus,
  type IEventBus,
  Rule,
  RuleTargetInput,
} from "aws-cdk-lib/aws-events";
import { SfnStateMachine } from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import {
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
} from "#domain/events/companion-events.ts";
import {
  BUDGET_REACHED_DETAIL_TYPE,
  JOB_REQUESTED_DETAIL_TYPE,
  STATUS_CHANGE_DETAIL_TYPE,
  VIDEO_EXPIRING_DETAIL_TYPE,
} from "#domain/events/events.ts";
import type { DeadLetterQueue } from "./dead-letter-queue.ts";

const ARCHIVED_DETAIL_TYPES = [
  STATUS_CHANGE_DETAIL_TYPE,
  VIDEO_EXPIRING_DETAIL_TYPE,
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
  BUDGET_REACHED_DETAIL_TYPE,
  JOB_REQUESTED_DETAIL_TYPE,
];

/** Which bus, and for how long its events can be replayed. */
export interface JobEventBusProps {
  /** An existing bus of this account and region; by default the stack makes one. */
  readonly existingBusName: string | undefined;
  /** Days; 0 keeps events for ever. Undefined where there is no archive. */
  readonly archiveDays: number | undefined;
}

/**
 * Where every change of a job's status is published (source `akool.video-archiver`, detail type
 * `Video Job Status Change`), and where other systems ask for a job to be followed. By default a
 * bus of its own, so that consumers can be granted it alone.
 */
export class JobEventBus extends Construct {
  readonly bus: EventBus | IEventBus;

  constructor(scope: Construct, id: string, props: JobEventBusProps) {
    super(scope, id);
    this.bus =
      props.existingBusName === undefined
        ? new EventBus(this, "Bus", { description: "Status changes of AKOOL video jobs" })
        : EventBus.fromEventBusName(this, "Bus", props.existingBusName);
    if (props.archiveDays !== undefined) archive(this, this.bus, props.archiveDays);
  }

  /** Lets a role publish changes of a job's status. */
  grantPublishing(grantee: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ["events:PutEvents"],
      resourceArns: [this.bus.eventBusArn],
    });
  }

  /**
   * Starts an execution for each request on the bus, whoever sent it, with the event's `detail` as
   * input. No function stands between: the machine's first check refuses what is malformed.
   */
  startOnRequest(machine: IStateMachine, deadLetters: DeadLetterQueue): void {
    new Rule(this, "JobRequested", {
      description: "Follows the AKOOL videos that are asked for by event",
      eventBus: this.bus,
      eventPattern: { detailType: [JOB_REQUESTED_DETAIL_TYPE] },
      targets: [
        new SfnStateMachine(machine, {
          ...deadLetters.delivery,
          input: RuleTargetInput.fromEventPath("$.detail"),
        }),
      ],
    });
  }
}

function archive(scope: Construct, bus: EventBus | IEventBus, days: number): void {
  const { node } = new Archive(scope, "Archive", {
    sourceEventBus: bus,
    description: "Events of AKOOL video jobs, for replay",
    // On a bus that others use, what is theirs is not ours to keep.
    eventPattern: { detailType: ARCHIVED_DETAIL_TYPES },
    retention: Duration.days(days),
  });
  // CDK writes an empty key, which some regions refuse (aws/aws-cdk#37847).
  if (node.defaultChild instanceof CfnArchive) {
    node.defaultChild.addPropertyDeletionOverride("KmsKeyIdentifier");
  }
}
