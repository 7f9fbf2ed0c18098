import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Bucket } from "aws-cdk-lib/aws-s3";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledgeWildcard, logicalIdOf, nagReference } from "./acknowledge.ts";
import type { ImportBucket } from "./import-bucket.ts";
import { type ImportFunctions, importDefinition, MAP_LABEL } from "./import-definition.ts";

/** What the import is wired to. */
export interface ImportWorkflowProps {
  readonly functions: ImportFunctions;
  readonly imports: ImportBucket;
  /** Batches that are submitted at the same time. */
  readonly concurrency: number;
  readonly logRetention: RetentionDays;
}

/** The state machine that has the jobs of a long list followed. One execution is one import. */
export class ImportWorkflow extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: ImportWorkflowProps) {
    super(scope, id);
    const { functions, concurrency, imports, logRetention } = props;
    // By its name: the types of a Bucket and of what takes one differ under exact optional types.
    const bucket = Bucket.fromBucketName(this, "Files", imports.bucket.bucketName);
    this.stateMachine = new sfn.StateMachine(this, "StateMachine", {
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromChainable(
        importDefinition(this, { functions, bucket, concurrency }),
      ),
      // AKOOL keeps a video for 7 days: an import that takes longer saves nothing.
      timeout: Duration.days(7),
      tracingEnabled: true,
      logs: {
        destination: this.logGroup(logRetention),
        level: sfn.LogLevel.ERROR,
        includeExecutionData: true,
      },
    });
    this.acknowledgeFindings(functions, imports);
  }

  /** Lets a role start imports, list them and see how far they are. */
  grantRunning(role: iam.Role): void {
    this.stateMachine.grantStartExecution(role);
    const executions = this.arnOf("execution", ":*");
    const mapRuns = this.arnOf("mapRun", `/${MAP_LABEL}:*`);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ["states:DescribeExecution", "states:ListMapRuns"],
        resources: [executions],
      }),
    );
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ["states:DescribeMapRun"], resources: [mapRuns] }),
    );
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ["states:ListExecutions"],
        resources: [this.stateMachine.stateMachineArn],
      }),
    );
    for (const resource of [
      `execution:${this.nagName}:*`,
      `mapRun:${this.nagName}/${MAP_LABEL}:*`,
    ]) {
      acknowledgeWildcard(
        role,
        `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:${resource}`,
        "All imports: their ids are not known beforehand.",
      );
    }
  }

  private get nagName(): string {
    return nagReference(this.stateMachine, "Name");
  }

  private arnOf(resource: string, rest: string): string {
    return Stack.of(this).formatArn({
      service: "states",
      resource,
      resourceName: `${this.stateMachine.stateMachineName}${rest}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  private logGroup(retention: RetentionDays): LogGroup {
    return new LogGroup(this, "Logs", {
      // Under this prefix log delivery needs no resource policy, of which an account has ten.
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-import`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private acknowledgeFindings(functions: ImportFunctions, { bucket }: ImportBucket): void {
    Validations.of(this.stateMachine).acknowledge({
      id: "AwsSolutions-SF1",
      reason: "Step Functions keeps every event of an execution for 90 days. Failures are logged.",
    });
    acknowledgeWildcard(
      this.stateMachine,
      "*",
      "Log delivery and X-Ray have no resources to name: their actions take '*' alone.",
    );
    acknowledgeWildcard(
      this.stateMachine,
      `arn:<AWS::Partition>:s3:::<${logicalIdOf(bucket)}>/*`,
      "CDK's distributed map grants all objects of the bucket for imports, which holds nothing else.",
    );
    const { stateMachine } = this;
    const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalIdOf(stateMachine)}"}]}]}`;
    for (const resource of [`${name}:*`, `${name}/${MAP_LABEL}:*`]) {
      acknowledgeWildcard(
        stateMachine,
        `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${resource}`,
        "Executions of this machine alone: a distributed map runs its batches as such.",
      );
    }
    for (const invoked of Object.values(functions)) {
      acknowledgeWildcard(
        this.stateMachine,
        `${nagReference(invoked, "Arn")}:*`,
        "CDK's LambdaInvoke grants the versions of exactly this function along with it.",
      );
    }
  }
}
