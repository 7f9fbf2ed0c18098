import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type { EventBus } from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledgeWildcard, nagReference } from "#lib/acknowledge.ts";
import { type TrackingFunctions, trackingDefinition } from "#lib/tracking-definition.ts";

/** What the workflow is wired to. */
export interface TrackingWorkflowProps {
  readonly functions: TrackingFunctions;
  readonly eventBus: EventBus;
  readonly logRetention: RetentionDays;
}

/**
 * The state machine that follows one AKOOL job from its id to its end.
 *
 * It only routes: what an answer means is decided in the functions. What was already announced
 * is carried in the execution's state (`$.check.announced`), so that a crash between the record
 * and the announcement repeats the announcement instead of dropping it.
 */
export class TrackingWorkflow extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: TrackingWorkflowProps) {
    super(scope, id);
    this.stateMachine = new sfn.StateMachine(this, "StateMachine", {
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromChainable(trackingDefinition(this, props.functions)),
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
    props.eventBus.grantPutEventsTo(this.stateMachine, "TrackingWorkflow");
    this.acknowledgeFindings(Object.values(props.functions));
  }

  /**
   * Lets a role see whether an execution of this machine still lives.
   *
   * In a policy of its own: a function waits for its role's default policy, and the machine for
   * the function, so the machine's name in that policy would close a circle.
   */
  grantDescribeExecutions(role: iam.IRole): void {
    const stack = Stack.of(this);
    const policy = new iam.Policy(this, "DescribeExecutions", {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          actions: ["states:DescribeExecution"],
          resources: [
            stack.formatArn({
              service: "states",
              resource: "execution",
              resourceName: `${this.stateMachine.stateMachineName}:*`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ],
        }),
      ],
    });
    acknowledgeWildcard(
      policy,
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${nagReference(this.stateMachine, "Name")}:*`,
      "All executions of this machine and of no other: their names are not known beforehand.",
    );
  }

  private logGroup(retention: RetentionDays): LogGroup {
    return new LogGroup(this, "Logs", {
      // Under this prefix log delivery needs no resource policy, of which an account has ten.
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-tracking`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
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
