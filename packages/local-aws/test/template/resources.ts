import type { Resources } from "../../src/template/intrinsics.ts";

export const FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:Fn";
export const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:Dead";
export const MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:Machine";

export const getAtt = (logicalId: string, attribute: string) => ({
  "Fn::GetAtt": [logicalId, attribute],
});

export const API = {
  Type: "AWS::ApiGatewayV2::Api",
  Properties: { Name: "Api", ProtocolType: "HTTP" },
};
export const INTEGRATION = {
  ApiId: { Ref: "Api" },
  IntegrationType: "AWS_PROXY",
  IntegrationUri: getAtt("Fn", "Arn"),
  PayloadFormatVersion: "2.0",
};
export const ROUTE = {
  ApiId: { Ref: "Api" },
  AuthorizationType: "AWS_IAM",
  RouteKey: "GET /jobs/{id}",
  Target: { "Fn::Join": ["", ["integrations/", { Ref: "Integration" }]] },
};
export const RULE = {
  EventBusName: { Ref: "Bus" },
  EventPattern: { source: ["a"], detail: { machine: [{ Ref: "Machine" }] } },
  State: "ENABLED",
  Targets: [
    {
      Arn: { Ref: "Machine" },
      Id: "T0",
      RoleArn: getAtt("SomeRole", "Arn"),
      InputPath: "$.detail",
      DeadLetterConfig: { Arn: getAtt("Dead", "Arn") },
      RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
    },
  ],
};

/** A small stack: an API, a rule, and what they lead to. */
export function resources(changes: Resources = {}): Resources {
  return {
    Fn: { Type: "AWS::Lambda::Function", Properties: {} },
    Machine: { Type: "AWS::StepFunctions::StateMachine", Properties: {} },
    Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "jobs" } },
    Dead: { Type: "AWS::SQS::Queue", Properties: { KmsMasterKeyId: { Ref: "AWS::Region" } } },
    Api: API,
    Integration: { Type: "AWS::ApiGatewayV2::Integration", Properties: INTEGRATION },
    Route: { Type: "AWS::ApiGatewayV2::Route", Properties: ROUTE },
    Rule: { Type: "AWS::Events::Rule", Properties: RULE },
    ...changes,
  };
}
