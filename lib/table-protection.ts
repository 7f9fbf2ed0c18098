import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from "aws-cdk-lib/custom-resources";
import { Construct } from "constructs";

/**
 * Deletion protection for the tables that nobody may lose.
 *
 * It is no property of the tables, since CloudFormation cannot remove a protected table: the
 * roll-back of a first deployment that fails would fail as well. This resource is made after the
 * tables and goes before them, so a roll-back finds them unprotected. While the stack lives they are
 * protected, also against a deletion by hand, from which no deletion policy saves them.
 * Decision 0067.
 */
export class TableProtection extends Construct {
  constructor(
    scope: Construct,
    id: string,
    tables: Readonly<Record<string, TableV2>>,
    logRetention: RetentionDays,
  ) {
    super(scope, id);
    const logGroup = new LogGroup(this, "Logs", {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(role);
    for (const [name, table] of Object.entries(tables)) {
      const call = (deletionProtected: boolean) => ({
        service: "DynamoDB",
        action: "UpdateTable",
        parameters: { TableName: table.tableName, DeletionProtectionEnabled: deletionProtected },
        // Another table is another resource: the new one is protected, and the old one released.
        physicalResourceId: PhysicalResourceId.of(table.tableName),
      });
      new AwsCustomResource(this, name, {
        resourceType: "Custom::TableProtection",
        onCreate: call(true),
        onUpdate: call(true),
        // A table that is already gone needs no release.
        onDelete: { ...call(false), ignoreErrorCodesMatching: "ResourceNotFoundException" },
        policy: AwsCustomResourcePolicy.fromStatements([
          new iam.PolicyStatement({
            actions: ["dynamodb:UpdateTable"],
            resources: [table.tableArn],
          }),
        ]),
        role,
        logGroup,
        timeout: Duration.minutes(1),
        memorySize: 256,
        // The SDK of Lambda's runtime knows this call; nothing is installed from outside.
        installLatestAwsSdk: false,
      });
    }
    acknowledgeHelper(Stack.of(this));
  }
}

/** CDK's one function behind all resources of this kind. */
function acknowledgeHelper(stack: Stack): void {
  const helper = stack.node.findChild(
    `AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll("-", "")}`,
  );
  for (const id of ["Serverless-LambdaDLQ", "Serverless-LambdaTracing"]) {
    Validations.of(helper).acknowledge({
      id,
      reason: "CloudFormation calls it during a deployment, waits, and fails with its error.",
    });
  }
}
