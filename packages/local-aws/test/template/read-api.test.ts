import { describe, expect, it } from "vitest";
import { UnreadableAssembly } from "../../src/template/assembly.ts";
import { readApi } from "../../src/template/read-api.ts";
import { API, FUNCTION_ARN, getAtt, INTEGRATION, ROUTE, resources } from "./resources.ts";

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

  it("shows cross-origin rules, which its server may refuse", () => {
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
