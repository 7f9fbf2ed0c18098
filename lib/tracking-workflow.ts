import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { FilterPattern, LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledgeWildcard, nagReference } from "./acknowledge.ts";
import type { JobTable } from "./job-table.ts";
import { MALFORMED_REQUEST } from "./retry-policy.ts";
import { type TrackingFunctions, trackingDefinition } from "./tracking-definition.ts";

/** What the workflow is wired to. */
export interface TrackingWorkflowProps {
  readonly functions: TrackingFunctions;
  readonly jobs: JobTable;
  /** Where requests go that no job can be made of. */
  readonly refusals: IQueue;
  readonly logRetention: RetentionDays;
}

/**
 * The state machine that follows one AKOOL job from its id to its end.
 *
 * It only routes: what an answer means is decided in the functions, which also publish what they
 * record.
 */
export class TrackingWorkflow extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: TrackingWorkflowProps) {
    super(scope, id);
    this.stateMachine = new sfn.StateMachine(this, "StateMachine", {
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromChainable(
        trackingDefinition(this, {
          functions: props.functions,
          jobTableName: props.jobs.table.tableName,
          refusals: props.refusals,
        }),
      ),
      // AKOOL keeps a video for 7 days; one more leaves room for the last copy.
      timeout: Duration.days(8),
      tracingEnabled: true,
      logs: {
        destination: this.logGroup(props.logRetention),
        level: sfn.LogLevel.ERROR,
        // The state holds ids, tags and events; keys and signed URLs never enter it.
        includeExecutionData: true,
      },
    });
    props.jobs.grantAwaiting(this.stateMachine);
    this.acknowledgeFindings(Object.values(props.functions));
  }

  /**
   * Lets a role see whether an execution of this machine still lives.
   *
   * In a policy of its own: a function waits for its role's default policy, and the machine for
   * the function, so the machine's name in that policy would close a circle.
   */
  grantDescribeExecutions(role: iam.IRole): void {
    const policy = new iam.Policy(this, "DescribeExecutions", { roles: [role] });
    policy.addStatements(this.onExecutions("states:DescribeExecution"));
    this.acknowledgeExecutions(policy);
  }

  /** Lets a role start and describe executions. */
  grantStarting(role: iam.Role): void {
    this.stateMachine.grantStartExecution(role);
    role.addToPolicy(this.onExecutions("states:DescribeExecution"));
    this.acknowledgeExecutions(role);
  }

  /** Lets a role have an execution go on that waits for a callback. */
  grantWaking(role: iam.Role): void {
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ["states:SendTaskSuccess"], resources: ["*"] }),
    );
    acknowledgeWildcard(
      role,
      "*",
      "SendTaskSuccess knows no resources. The task token is what admits: none can be guessed.",
    );
  }

  /** Lets a role start, describe, stop and redrive executions. */
  grantControl(role: iam.Role): void {
    this.stateMachine.grantStartExecution(role);
    role.addToPolicy(
      this.onExecutions(
        "states:DescribeExecution",
        "states:StopExecution",
        "states:RedriveExecution",
      ),
    );
    this.acknowledgeExecutions(role);
  }

  private onExecutions(...actions: string[]): iam.PolicyStatement {
    const executions = Stack.of(this).formatArn({
      service: "states",
      resource: "execution",
      resourceName: `${this.stateMachine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new iam.PolicyStatement({ actions, resources: [executions] });
  }

  private acknowledgeExecutions(scope: Construct): void {
    acknowledgeWildcard(
      scope,
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${nagReference(this.stateMachine, "Name")}:*`,
      "All executions of this machine and of no other: their names are not known beforehand.",
    );
  }

  private logGroup(retention: RetentionDays): LogGroup {
    const group = new LogGroup(this, "Logs", {
      // Under this prefix log delivery needs no resource policy, of which an account has ten.
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-tracking`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Malformed requests end well, so that no metric of Step Functions counts them.
    group.addMetricFilter("RefusedRequests", {
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue("$.type", "=", "LambdaFunctionFailed"),
        FilterPattern.stringValue("$.details.error", "=", MALFORMED_REQUEST),
      ),
      metricNamespace: Stack.of(this).stackName,
      metricName: "RefusedRequests",
    });
    return group;
  }

  private acknowledgeFindings(functions: Construct[]): void {
    Validations.of(this.stateMachine).acknowledge({
      id: "AwsSolutions-SF1",
      reason:
        "Step Functions keeps every event of an execution for 90 days; copying each poll of each " +
        "job to CloudWatch Logs would cost more than the polls. Failures are logged.",
    });
    acknowledgeWildcard(
      this.stateMachine,
      "*",
      "Log delivery and X-Ray have no resources to name: their actions take '*' alone.",
    );
    for (const invoked of functions) {
      acknowledgeWildcard(
        this.stateMachine,
        `${nagReference(invoked, "Arn")}:*`,
        "CDK's LambdaInvoke grants the versions of exactly this function along with it.",
      );
    }
  }
}
