import { describe, expect, it } from "vitest";
import { UnreadableAssembly } from "../../src/template/assembly.ts";
import type { Resources } from "../../src/template/intrinsics.ts";
import { readApi } from "../../src/template/read-api.ts";
import { readAsynchronous } from "../../src/template/read-asynchronous.ts";
import { readRules, readSchedules } from "../../src/template/read-rules.ts";
import { readQueues, readTables } from "../../src/template/read-stores.ts";

const FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:Fn";
const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:Dead";
const MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:Machine";

const getAtt = (logicalId: string, attribute: string) => ({ "Fn::GetAtt": [logicalId, attribute] });

const API = { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "Api", ProtocolType: "HTTP" } };
const INTEGRATION = {
  ApiId: { Ref: "Api" },
  IntegrationType: "AWS_PROXY",
  IntegrationUri: getAtt("Fn", "Arn"),
  PayloadFormatVersion: "2.0",
};
const ROUTE = {
  ApiId: { Ref: "Api" },
  AuthorizationType: "AWS_IAM",
  RouteKey: "GET /jobs/{id}",
  Target: { "Fn::Join": ["", ["integrations/", { Ref: "Integration" }]] },
};
const RULE = {
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

function resources(changes: Resources = {}): Resources {
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

describe("readApi", () => {
  const withRoute = (fields: object) =>
    resources({ Route: { Type: "AWS::ApiGatewayV2::Route", Properties: { ...ROUTE, ...fields } } });
  const withIntegration = (fields: object) =>
    resources({
      Integration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: { ...INTEGRATION, ...fields },
      },
    });
  const withApi = (fields: object) =>
    resources({ Api: { ...API, Properties: { ...API.Properties, ...fields } } });

  it("finds each route with its function and the time that it has", () => {
    expect(readApi(resources())).toEqual({
      id: "Api",
      routes: [{ method: "GET", path: "/jobs/{id}", functionArn: FUNCTION_ARN, timeoutMs: 30_000 }],
    });
    expect(readApi(withIntegration({ TimeoutInMillis: 5_000 }))?.routes[0]?.timeoutMs).toBe(5_000);
  });

  it("finds the function of each route by the route's own integration", () => {
    const api = readApi(
      resources({
        Other: { Type: "AWS::Lambda::Function", Properties: {} },
        OtherIntegration: {
          Type: "AWS::ApiGatewayV2::Integration",
          Properties: { ...INTEGRATION, IntegrationUri: getAtt("Other", "Arn") },
        },
        OtherRoute: {
          Type: "AWS::ApiGatewayV2::Route",
          Properties: {
            ...ROUTE,
            AuthorizationType: "NONE",
            RouteKey: "POST /webhooks",
            Target: { "Fn::Join": ["", ["integrations/", { Ref: "OtherIntegration" }]] },
          },
        },
      }),
    );

    expect(api?.routes.map(({ path, functionArn }) => [path, functionArn])).toEqual([
      ["/jobs/{id}", FUNCTION_ARN],
      ["/webhooks", FUNCTION_ARN.replace(/Fn$/, "Other")],
    ]);
  });

  it("is nothing for a stack without one", () => {
    expect(readApi({})).toBeUndefined();
  });

  it("tells of cross-origin rules, which whoever serves it may refuse", () => {
    expect(readApi(withApi({ CorsConfiguration: { AllowOrigins: ["*"] } }))).toHaveProperty("cors");
    expect(readApi(resources())).not.toHaveProperty("cors");
  });

  it.each([
    ["request parameters", withIntegration({ RequestParameters: { a: "b" } }), "RequestParameters"],
    ["another payload", withIntegration({ PayloadFormatVersion: "1.0" }), "PayloadFormatVersion"],
    ["another integration", withIntegration({ IntegrationType: "HTTP_PROXY" }), "IntegrationType"],
    ["a required parameter", withRoute({ RequestParameters: {} }), "RequestParameters"],
    ["a greedy variable", withRoute({ RouteKey: "GET /{all+}" }), "RouteKey"],
    ["the default route", withRoute({ RouteKey: "$default" }), "RouteKey"],
    ["a route for any method", withRoute({ RouteKey: "ANY /jobs" }), "ANY /jobs"],
    ["a route to nowhere", withRoute({ Target: "integrations/None" }), "integrations/None"],
    ["a web socket API", withApi({ ProtocolType: "WEBSOCKET" }), "ProtocolType"],
    ["an imported API", withApi({ Body: {} }), "Body"],
    ["a second API", resources({ Second: API }), "one HTTP API"],
  ])("refuses %s", (_what, template, named) => {
    expect(() => readApi(template)).toThrow(UnreadableAssembly);
    expect(() => readApi(template)).toThrow(named);
  });
});

describe("readRules", () => {
  const withRule = (fields: object) =>
    resources({ Rule: { Type: "AWS::Events::Rule", Properties: { ...RULE, ...fields } } });
  const withTarget = (fields: object) =>
    withRule({ Targets: RULE.Targets.map((target) => ({ ...target, ...fields })) });

  it("finds each rule with its bus, pattern and targets, references resolved", () => {
    expect(readRules(resources())).toEqual([
      {
        arn: "arn:aws:events:us-east-1:000000000000:rule/Rule",
        busName: "jobs",
        pattern: { source: ["a"], detail: { machine: [MACHINE_ARN] } },
        targets: [
          {
            id: "T0",
            arn: MACHINE_ARN,
            inputPath: "$.detail",
            deadLetterQueueArn: QUEUE_ARN,
            retry: { maxAttempts: 3, maxAgeSeconds: 60 },
          },
        ],
      },
    ]);
  });

  it("takes EventBridge's own patience, the whole event and no queue where nothing is said", () => {
    const [rule] = readRules(withRule({ Targets: [{ Arn: getAtt("Fn", "Arn"), Id: "T0" }] }));

    expect(rule?.targets).toEqual([
      { id: "T0", arn: FUNCTION_ARN, retry: { maxAttempts: 185, maxAgeSeconds: 86_400 } },
    ]);
  });

  it.each([
    [undefined, "default"],
    ["mine", "mine"],
    [getAtt("Bus", "Arn"), "jobs"],
  ])("finds a rule's bus by %j", (EventBusName, busName) => {
    expect(readRules(withRule({ EventBusName }))[0]?.busName).toBe(busName);
  });

  it("leaves out a rule that is disabled", () => {
    expect(readRules(withRule({ State: "DISABLED" }))).toEqual([]);
  });

  it.each([
    ["an input transformer", withTarget({ InputTransformer: {} }), "InputTransformer"],
    ["a constant input", withTarget({ Input: "{}" }), "Input"],
    ["an input path with a filter", withTarget({ InputPath: "$.a[0]" }), "InputPath"],
  ])("refuses %s", (_what, template, named) => {
    expect(() => readRules(template)).toThrow(UnreadableAssembly);
    expect(() => readRules(template)).toThrow(named);
  });
});

describe("readSchedules", () => {
  const schedule = (fields: object) =>
    resources({
      Tick: {
        Type: "AWS::Events::Rule",
        Properties: {
          ScheduleExpression: "rate(5 minutes)",
          Targets: [{ Arn: getAtt("Fn", "Arn"), Id: "T0" }],
          ...fields,
        },
      },
    });

  it("finds the rules that go by the clock, which are no rules for events", () => {
    const target = {
      id: "T0",
      arn: FUNCTION_ARN,
      retry: { maxAttempts: 185, maxAgeSeconds: 86_400 },
    };

    expect(readSchedules(schedule({}))).toEqual([
      { arn: expect.stringMatching(/:rule\/Tick$/), everyMs: 300_000, targets: [target] },
    ]);
    expect(readRules(schedule({})).map(({ arn }) => arn)).not.toContainEqual(
      expect.stringMatching(/Tick$/),
    );
  });

  it.each([
    ["rate(1 minute)", 60_000],
    ["rate(2 hours)", 7_200_000],
    ["rate(1 day)", 86_400_000],
  ])("understands %s", (ScheduleExpression, everyMs) => {
    expect(readSchedules(schedule({ ScheduleExpression }))[0]?.everyMs).toBe(everyMs);
  });

  it("leaves out one that is disabled, and refuses a cron expression", () => {
    const cron = schedule({ ScheduleExpression: "cron(0 12 * * ? *)" });

    expect(readSchedules(schedule({ State: "DISABLED" }))).toEqual([]);
    expect(() => readSchedules(cron)).toThrow(UnreadableAssembly);
  });
});

describe("readQueues and readTables", () => {
  it("find every queue and table, by the names that others refer to them with", () => {
    const template = resources({
      Jobs: { Type: "AWS::DynamoDB::GlobalTable", Properties: { KeySchema: [] } },
      Swaps: { Type: "AWS::DynamoDB::Table", Properties: { TableName: "swaps" } },
    });

    expect(readQueues(template)).toEqual([
      {
        name: "Dead",
        arn: QUEUE_ARN,
        url: "http://127.0.0.1/000000000000/Dead",
        properties: { KmsMasterKeyId: "us-east-1" },
      },
    ]);
    expect(readTables(template)).toEqual([
      { name: "Jobs", properties: { KeySchema: [] } },
      { name: "swaps", properties: { TableName: "swaps" } },
    ]);
  });
});

describe("readAsynchronous", () => {
  const withConfig = (fields: object) =>
    resources({
      Config: {
        Type: "AWS::Lambda::EventInvokeConfig",
        Properties: { FunctionName: { Ref: "Fn" }, Qualifier: "$LATEST", ...fields },
      },
    });
  const onFailure = { DestinationConfig: { OnFailure: { Destination: getAtt("Dead", "Arn") } } };

  it("finds a function's own settings", () => {
    const template = withConfig({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      ...onFailure,
    });

    expect(readAsynchronous("Fn", template)).toEqual({
      maxRetryAttempts: 1,
      maxEventAgeSeconds: 60,
      onFailureQueueArn: QUEUE_ARN,
    });
  });

  it.each([
    ["the settings of another function", "Else", withConfig({ MaximumRetryAttempts: 0 })],
    ["settings that say nothing", "Fn", withConfig({})],
    ["no settings", "Fn", resources()],
  ])("takes Lambda's own with %s", (_what, name, template) => {
    expect(readAsynchronous(name, template)).toEqual({
      maxRetryAttempts: 2,
      maxEventAgeSeconds: 21_600,
    });
  });

  it("refuses a destination for success", () => {
    const template = withConfig({ DestinationConfig: { OnSuccess: { Destination: "arn" } } });

    expect(() => readAsynchronous("Fn", template)).toThrow("OnSuccess");
  });
});
