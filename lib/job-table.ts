import type { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, ProjectionType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/**
 * The indexes that jobs are listed by, and the partition key of each: "<status>#<0..7>" and
 * "all#<0..7>". Eight partitions, so that no status (and not the whole list) is one hot partition.
 */
const LISTING_INDEXES = { byStatus: "statusShard", byTime: "timeShard" } as const;

/** Sparse: holds only the jobs that the sweeper has to see to, in the order in which they are due. */
const SWEEP_INDEX = "bySweep";

function keysOnlyIndex(indexName: string, partitionKey: string, sortKey: string) {
  return {
    indexName,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
    // Records are read from the table: the index need not be written with each poll.
    projectionType: ProjectionType.KEYS_ONLY,
  };
}

/** The record of every job: one item a job, keyed by AKOOL's `_id`. */
export class JobTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    this.table = new TableV2(this, "Table", {
      partitionKey: { name: "videoModelId", type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expiresAt",
      removalPolicy: props.removalPolicy,
      globalSecondaryIndexes: [
        ...Object.entries(LISTING_INDEXES).map(([name, partitionKey]) =>
          // "<acceptedAt>#<videoModelId>": unique, so that a cursor names one place in the list.
          keysOnlyIndex(name, partitionKey, "listKey"),
        ),
        keysOnlyIndex(SWEEP_INDEX, "sweepShard", "sweepAt"),
      ],
    });
  }

  /**
   * Lets a role read and write single items. The table's own `grant` would add every index, which
   * no function of the workflow reads.
   */
  grantItemAccess(role: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
      resourceArns: [this.table.tableArn],
    });
  }

  /** Lets a workflow leave a task token on a job's item. */
  grantAwaiting(grantee: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ["dynamodb:UpdateItem"],
      resourceArns: [this.table.tableArn],
    });
  }

  /** Lets a role list jobs by the indexes and read a page of them at once. */
  grantListing(role: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["dynamodb:Query"],
      resourceArns: Object.keys(LISTING_INDEXES).map((name) => this.indexArn(name)),
    });
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["dynamodb:BatchGetItem"],
      resourceArns: [this.table.tableArn],
    });
  }

  /** Lets a role find the jobs that are due for the sweeper, and nothing else of the table. */
  grantSweeping(role: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["dynamodb:Query"],
      resourceArns: [this.indexArn(SWEEP_INDEX)],
    });
  }

  /** Lets a role count jobs by their status, and nothing else of the table. */
  grantCounting(role: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["dynamodb:Query"],
      resourceArns: [this.indexArn("byStatus")],
    });
  }

  private indexArn(name: string): string {
    return `${this.table.tableArn}/index/${name}`;
  }
}
