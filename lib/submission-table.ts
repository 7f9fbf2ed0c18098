import type { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

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
