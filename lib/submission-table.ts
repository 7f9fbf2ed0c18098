import type { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, ProjectionType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** Lists submissions by their state, newest first, and counts those that wait for a person. */
const STATE_INDEX = "byState";

/**
 * The intent of every billable call to AKOOL, written before the call and keyed by the client's
 * idempotency key, so that no key is ever charged twice.
 */
export class SubmissionTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    this.table = new TableV2(this, "Table", {
      partitionKey: { name: "idempotencyKey", type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expiresAt",
      removalPolicy: props.removalPolicy,
      globalSecondaryIndexes: [
        {
          indexName: STATE_INDEX,
          partitionKey: { name: "state", type: AttributeType.STRING },
          sortKey: { name: "createdAt", type: AttributeType.STRING },
          // A submission is written twice, and costs credits: the second write of each is cheap.
          projectionType: ProjectionType.ALL,
        },
      ],
    });
  }

  /** Lets a role list submissions by their state. */
  grantListing(role: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["dynamodb:Query"],
      resourceArns: [`${this.table.tableArn}/index/${STATE_INDEX}`],
    });
  }

  /** Lets a role read, write and release single intents. */
  grantItemAccess(role: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      resourceArns: [this.table.tableArn],
    });
  }
}
