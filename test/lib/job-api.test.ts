import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { ROUTES, WEBHOOK_PROBES, WEBHOOK_ROUTE } from "#http/routes.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const routeSchema = z.object({
  Properties: z.looseObject({
    RouteKey: z.string(),
    AuthorizationType: z.string(),
    AuthorizerId: z.optional(z.unknown()),
  }),
});
const stageSchema = z.object({
  Properties: z.object({ AccessLogSettings: z.object({ Format: z.string() }) }),
});

function routesOf(template: Template) {
  const routes = Object.values(template.findResources("AWS::ApiGatewayV2::Route"));
  return routes.map((route) => routeSchema.parse(route).Properties);
}

/** What AKOOL calls, or tries; its own test says more. */
const OPEN_ROUTES = [WEBHOOK_ROUTE, ...WEBHOOK_PROBES].map(
  ({ method, path }) => `${method} ${path}`,
);

function authorizedRoutesOf(template: Template) {
  return routesOf(template).filter(({ RouteKey }) => !OPEN_ROUTES.includes(RouteKey));
}

const ROUTE_KEYS = Object.values(ROUTES)
  .map(({ method, path }) => `${method} ${path}`)
  .toSorted();

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

describe("the HTTP API", () => {
  it("has the routes of the list, the webhook's and no other, no catch-all among them", () => {
    const keys = routesOf(template).map(({ RouteKey }) => RouteKey);

    expect(keys.toSorted()).toEqual([...ROUTE_KEYS, ...OPEN_ROUTES].toSorted());
    expect(keys.filter((key) => /\$default|ANY|\+/.test(key))).toEqual([]);
  });

  it("asks for AWS credentials on every other route: none but the webhook is open", () => {
    const types = authorizedRoutesOf(template).map(({ AuthorizationType }) => AuthorizationType);

    expect(types).toEqual(ROUTE_KEYS.map(() => "AWS_IAM"));
  });

  it("lets no web page in", () => {
    template.resourceCountIs("AWS::ApiGatewayV2::Api", 1);
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", {
      Name: "AkoolVideoArchiver-job-api",
      ProtocolType: "HTTP",
      CorsConfiguration: Match.absent(),
    });
  });

  it("hands every request as it is to one function, but for the webhook's", () => {
    template.resourceCountIs("AWS::ApiGatewayV2::Integration", 2);
    template.hasResourceProperties("AWS::ApiGatewayV2::Integration", {
      IntegrationType: "AWS_PROXY",
      IntegrationUri: { "Fn::GetAtt": [Match.stringLikeRegexp("^JobApiFunction"), "Arn"] },
      PayloadFormatVersion: "2.0",
      RequestParameters: Match.absent(),
    });
  });

  it("alone may call the function", () => {
    const permissions = template.findResources("AWS::Lambda::Permission", {
      Properties: {
        FunctionName: { "Fn::GetAtt": [Match.stringLikeRegexp("^JobApiFunction"), "Arn"] },
      },
    });

    expect(Object.values(permissions)).toEqual([
      {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: expect.anything(),
          Principal: "apigateway.amazonaws.com",
          SourceArn: {
            "Fn::Join": [
              "",
              [
                "arn:",
                { Ref: "AWS::Partition" },
                ":execute-api:",
                { Ref: "AWS::Region" },
                ":",
                { Ref: "AWS::AccountId" },
                ":",
                { Ref: expect.stringMatching(/^JobApiHttpApi/) },
                "/*/*/*",
              ],
            ],
          },
        },
      },
    ]);
  });

  it("is throttled, at 50 requests a second and 100 at once", () => {
    template.resourceCountIs("AWS::ApiGatewayV2::Stage", 1);
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
  });

  it("puts out its address", () => {
    const { Value } = template.findOutputs("ApiUrl").ApiUrl ?? {};

    expect(Value).toEqual({
      "Fn::GetAtt": [expect.stringMatching(/^JobApiHttpApi/), "ApiEndpoint"],
    });
  });
});

describe("the access log", () => {
  function lineOf(access: Template): Record<string, unknown> {
    const [stage] = Object.values(access.findResources("AWS::ApiGatewayV2::Stage"));
    const { Format } = stageSchema.parse(stage).Properties.AccessLogSettings;
    return z.record(z.string(), z.unknown()).parse(JSON.parse(Format));
  }

  it("has a group of its own under the vended prefix", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      AccessLogSettings: {
        DestinationArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^JobApiAccessLogs"), "Arn"] },
      },
    });
    template.hasResourceProperties("AWS::Logs::LogGroup", {
      LogGroupName: "/aws/vendedlogs/apigateway/AkoolVideoArchiver-job-api",
    });
  });

  it("says who asked for what, when, and with what result", () => {
    expect(lineOf(template)).toMatchObject({
      requestId: "$context.requestId",
      requestTime: "$context.requestTime",
      userArn: "$context.identity.userArn",
      subject: "$context.authorizer.claims.sub",
      routeKey: "$context.routeKey",
      status: "$context.status",
    });
  });

  it("has nothing that a client wrote: no path, no query, no header, no agent", () => {
    const variables = Object.values(lineOf(template)).join(" ");

    expect(variables).not.toMatch(/path|query|header|userAgent|domainName/i);
  });
});

describe("with an issuer of tokens configured", () => {
  let jwt: Template;
  beforeAll(() => {
    jwt = synthesizeTemplate({
      archiver: { jwtIssuer: "https://login.example.com/", jwtAudience: "videos" },
    });
  });

  it("every route but the webhook asks for a token of this issuer for this audience", () => {
    const routes = authorizedRoutesOf(jwt);
    const [authorizer] = Object.keys(jwt.findResources("AWS::ApiGatewayV2::Authorizer"));

    expect(routes.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(ROUTE_KEYS);
    for (const route of routes) {
      expect(route).toMatchObject({ AuthorizationType: "JWT", AuthorizerId: { Ref: authorizer } });
    }
    jwt.resourceCountIs("AWS::ApiGatewayV2::Authorizer", 1);
    jwt.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "https://login.example.com/", Audience: ["videos"] },
    });
  });
});

describe("with a host name configured", () => {
  const CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0e1c2a52";
  let named: Template;
  beforeAll(() => {
    const domain = { apiDomainName: "videos.example.com", apiCertificateArn: CERTIFICATE };
    named = synthesizeTemplate({ archiver: domain });
  });

  it("the API answers under it, with the certificate, from TLS 1.2 on", () => {
    named.hasResourceProperties("AWS::ApiGatewayV2::DomainName", {
      DomainName: "videos.example.com",
      DomainNameConfigurations: [
        { CertificateArn: CERTIFICATE, EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" },
      ],
    });
    const [domain] = Object.keys(named.findResources("AWS::ApiGatewayV2::DomainName"));
    named.hasResourceProperties("AWS::ApiGatewayV2::ApiMapping", {
      DomainName: { Ref: domain },
      Stage: "$default",
    });
    named.hasOutput("ApiDomainTarget", {
      Value: { "Fn::GetAtt": [domain, "RegionalDomainName"] },
    });
  });

  it("users, AKOOL and the functions are told that address", () => {
    const webhook = "https://videos.example.com/webhooks/akool";
    named.hasOutput("ApiUrl", { Value: "https://videos.example.com" });
    named.hasOutput("WebhookUrl", { Value: webhook });
    named.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ WEBHOOK_URL: webhook }) },
    });
  });

  it("API Gateway's own address stays open, since AKOOL calls what a job was created with", () => {
    named.hasResourceProperties("AWS::ApiGatewayV2::Api", {
      DisableExecuteApiEndpoint: Match.absent(),
    });
  });

  it("there is none without, and no output for a record", () => {
    template.resourceCountIs("AWS::ApiGatewayV2::DomainName", 0);
    expect(template.findOutputs("ApiDomainTarget")).toEqual({});
  });
});

describe("with web pages and limits configured", () => {
  let open: Template;
  beforeAll(() => {
    open = synthesizeTemplate({
      archiver: {
        corsAllowedOrigins: "https://a.example.com,http://localhost:3000",
        apiRateLimit: 5,
        apiBurstLimit: 7,
        logRetentionDays: 7,
      },
    });
  });

  it("these origins alone may read answers, without cookies", () => {
    open.hasResourceProperties("AWS::ApiGatewayV2::Api", {
      CorsConfiguration: {
        AllowOrigins: ["https://a.example.com", "http://localhost:3000"],
        AllowMethods: ["POST", "GET", "DELETE"],
        AllowHeaders: Match.arrayWith([
          "Authorization",
          "Content-Type",
          "Idempotency-Key",
          "If-None-Match",
        ]),
        ExposeHeaders: ["ETag", "Location", "Retry-After"],
        AllowCredentials: Match.absent(),
        MaxAge: 3600,
      },
    });
  });

  it("every route but the webhook still asks for AWS credentials", () => {
    const types = authorizedRoutesOf(open).map(({ AuthorizationType }) => AuthorizationType);

    expect(types).toEqual(ROUTE_KEYS.map(() => "AWS_IAM"));
  });

  it("the limits are those", () => {
    open.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7 },
    });
  });

  it("the access log is kept as long as the others", () => {
    open.hasResourceProperties("AWS::Logs::LogGroup", {
      LogGroupName: Match.stringLikeRegexp("job-api$"),
      RetentionInDays: 7,
    });
  });
});
