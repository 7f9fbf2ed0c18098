import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/**
 * The webhooks that were dealt with, each until it could not be replayed any more.
 *
 * Neither restored nor retained, unlike the other tables: without it a replayed webhook has AKOOL
 * polled once too often, and that is all.
 */
export class DeliveryTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new TableV2(this, "Table", {
      partitionKey: { name: "deliveryId", type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: "expiresAt",
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Lets a role read and write single deliveries. */
  grantItemAccess(role: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
      resourceArns: [this.table.tableArn],
    });
  }
}
