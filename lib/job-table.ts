import type { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, ProjectionType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

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
        {
          indexName: "byStatus",
          // "<status>#<0..7>": eight partitions a status, so that no status is one hot partition.
          partitionKey: { name: "statusShard", type: AttributeType.STRING },
          sortKey: { name: "acceptedAt", type: AttributeType.STRING },
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: ["status", "tags", "updatedAt", "attempt"],
        },
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
}
