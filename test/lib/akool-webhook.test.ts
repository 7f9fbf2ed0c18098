import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { ownFunctions } from "#test/support/own-functions.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const RECEIVER = { "Fn::GetAtt": [expect.stringMatching(/^AkoolWebhookFunction/), "Arn"] };
const WEBHOOK_URL = {
  "Fn::Join": [
    "",
    [{ "Fn::GetAtt": [expect.stringMatching(/^JobApiHttpApi/), "ApiEndpoint"] }, "/webhooks/akool"],
  ],
};

const resourceSchema = z.looseObject({ Properties: z.record(z.string(), z.unknown()) });
const functionSchema = z.object({
  Properties: z.object({
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
});

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

function resources(type: string, properties: Record<string, unknown> = {}) {
  return Object.entries(template.findResources(type, { Properties: properties }));
}

function openRoutesOf(synthesized: Template): unknown[] {
  const routes = synthesized.findResources("AWS::ApiGatewayV2::Route", {
    Properties: { AuthorizationType: "NONE" },
  });
  return Object.values(routes).map((route) => resourceSchema.parse(route).Properties.RouteKey);
}

describe("the webhook's route", () => {
  it.each([
    {},
    { jwtIssuer: "https://login.example.com/", jwtAudience: "videos" },
    { corsAllowedOrigins: "https://videos.example.com" },
  ])("is the one address that is open, with the settings %j", (archiver) => {
    expect(openRoutesOf(synthesizeTemplate({ archiver }))).toEqual([
      "POST /webhooks/akool",
      "GET /webhooks/akool",
      "HEAD /webhooks/akool",
    ]);
  });

  it("is answered by a function of its own", () => {
    const [[integration] = []] = resources("AWS::ApiGatewayV2::Integration", {
      IntegrationUri: { "Fn::GetAtt": [functionId("AkoolWebhook"), "Arn"] },
      PayloadFormatVersion: "2.0",
    });

    const targets = resources("AWS::ApiGatewayV2::Route", { AuthorizationType: "NONE" }).map(
      ([, route]) => resourceSchema.parse(route).Properties.Target,
    );

    expect(targets).toEqual(
      Array(3).fill({ "Fn::Join": ["", ["integrations/", { Ref: integration }]] }),
    );
  });

  it("alone may call that function", () => {
    const permissions = resources("AWS::Lambda::Permission", {
      FunctionName: { "Fn::GetAtt": [functionId("AkoolWebhook"), "Arn"] },
    }).map(([, permission]) => resourceSchema.parse(permission).Properties);

    expect(permissions).toEqual(
      Array(3).fill({
        Action: "lambda:InvokeFunction",
        FunctionName: RECEIVER,
        Principal: "apigateway.amazonaws.com",
        SourceArn: { "Fn::Join": ["", expect.arrayContaining(["/*/*/webhooks/akool"])] },
      }),
    );
  });
});

function functionId(name: string): string {
  const ids = Object.keys(template.findResources("AWS::Lambda::Function"));
  const id = ids.find((candidate) => candidate.startsWith(`${name}Function`));
  if (id === undefined) throw new Error(`no function ${name}`);
  return id;
}

function environmentOf(name: string): Record<string, unknown> {
  const found = template.findResources("AWS::Lambda::Function")[functionId(name)];
  return functionSchema.parse(found).Properties.Environment.Variables;
}

describe("the webhook's address", () => {
  it.each(["CheckStatus", "JobApi"])("is told to %s", (name) => {
    expect(environmentOf(name).WEBHOOK_URL).toEqual(WEBHOOK_URL);
  });

  it("is put out, to be given to AKOOL", () => {
    expect(template.findOutputs("WebhookUrl").WebhookUrl?.Value).toEqual(WEBHOOK_URL);
  });

  it("is known before there is any function: the API itself depends on nothing", () => {
    const [[, api] = []] = resources("AWS::ApiGatewayV2::Api");

    expect(resourceSchema.parse(api)).not.toHaveProperty("DependsOn");
    expect(JSON.stringify(api)).not.toMatch(/"(Ref|Fn::\w+)"/);
  });
});

describe("the webhook's function", () => {
  it("is told tables, bus and machine by reference and settings by value", () => {
    expect(environmentOf("AkoolWebhook")).toMatchObject({
      JOB_TABLE_NAME: { Ref: expect.stringMatching(/^JobsTable/) },
      DELIVERY_TABLE_NAME: { Ref: expect.stringMatching(/^DeliveriesTable/) },
      EVENT_BUS_NAME: { Ref: expect.stringMatching(/^EventsBus/) },
      STATE_MACHINE_ARN: { Ref: expect.stringMatching(/^TrackingStateMachine/) },
      WEBHOOK_WINDOW_HOURS: "24",
      WEBHOOK_STARTS_TRACKING: "true",
    });
  });

  it("follows the settings", () => {
    const changed = synthesizeTemplate({
      archiver: { webhookWindowHours: 2, webhookStartsTracking: false },
    });
    const variables = Object.values(ownFunctions(changed)).map(
      (found) => functionSchema.parse(found).Properties.Environment.Variables,
    );

    expect(variables).toContainEqual(
      expect.objectContaining({ WEBHOOK_WINDOW_HOURS: "2", WEBHOOK_STARTS_TRACKING: "false" }),
    );
  });
});

describe("the webhook's routes", () => {
  it("have a throttle of their own, which the stage sets once the routes are there", () => {
    const changed = synthesizeTemplate({ archiver: { webhookRateLimit: 7, webhookBurstLimit: 9 } });
    const [stage] = Object.values(changed.findResources("AWS::ApiGatewayV2::Stage"));
    const routes = Object.entries(changed.findResources("AWS::ApiGatewayV2::Route"))
      .map(([id, { Properties }]) => ({ id, key: String(Properties.RouteKey) }))
      .filter(({ key }) => key.endsWith(" /webhooks/akool"));

    const throttle = { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 };
    expect(routes.length).toBeGreaterThan(0);
    expect(stage?.Properties.RouteSettings).toEqual(
      Object.fromEntries(routes.map(({ key }) => [key, throttle])),
    );
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(routes.map(({ id }) => id)));
    expect(stage?.Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 50,
      ThrottlingBurstLimit: 100,
    });
  });
});
