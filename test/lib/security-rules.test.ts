import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, CfnResource, type Stack, Validations } from "aws-cdk-lib";
import { HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpUrlIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { JobApi } from "#lib/job-api.ts";
import { LambdaFunction } from "#lib/lambda-function.ts";
import { createStack } from "#test/support/synthesize.ts";

/** All rules on all resources: seconds, or many on a machine that does other things as well. */
const RULES_TIMEOUT_MS = 120_000;

const QUIET = { "@aws-cdk/core:validationReportPrettyPrint": false };

const reportSchema = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      violations: z.array(
        z.object({
          ruleName: z.string(),
          violatingConstructs: z.array(z.object({ constructPath: z.string() })),
        }),
      ),
    }),
  ),
});

/**
 * Synthesizes a stack under cdk-nag's AWS Solutions and Serverless rules and CDK's own validation.
 *
 * @returns every finding, warnings included, as `plugin: rule at construct`
 */
function findingsOf(stack: Stack): string[] {
  const app = stack.node.root;
  if (!App.isApp(app)) throw new TypeError("the root of the stack is no app");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const failed = synthesisFails(app);
  const file = join(app.outdir, "validation-report.json");
  const { pluginReports } = reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const findings = pluginReports.flatMap(({ pluginName, violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(
        ({ constructPath }) => `${pluginName}: ${ruleName} at ${constructPath}`,
      ),
    ),
  );
  return failed && findings.length === 0 ? ["synthesis failed without a finding"] : findings;
}

function synthesisFails(app: App): boolean {
  try {
    app.synth();
    return false;
  } catch {
    return true;
  }
}

function resourceCount(stack: Stack): number {
  return stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct)).length;
}

describe("the AWS Solutions rules, the Serverless rules and CDK's template validation", () => {
  it("find nothing, warnings included, that has no stated reason", () => {
    expect(findingsOf(createStack(QUIET))).toEqual([]);
  });

  it.each([
    { removalPolicy: "destroy", eventBusName: "company-events" },
    { alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:alarms" },
    { importSources: "my-lists/videos/,others/" },
    {
      alarmEmail: "alarms@example.com",
      slackWorkspaceId: "T012ABC",
      slackChannelId: "C012ABC",
    },
    {
      jwtIssuer: "https://login.example.com/",
      jwtAudience: "videos",
      corsAllowedOrigins: "https://videos.example.com",
    },
    {
      apiDomainName: "videos.example.com",
      apiCertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/0e1c2a52",
    },
    { console: true },
    {
      console: true,
      removalPolicy: "destroy",
      consoleDomainName: "console.example.com",
      consoleCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0e1c2a52",
      consoleIssuer: "https://login.example.com/",
      consoleClientId: "console",
    },
  ])(
    "find nothing, warnings included, that has no stated reason with the settings %j",
    { tags: ["long"], timeout: RULES_TIMEOUT_MS },
    (archiver) => {
      const stack = createStack({ ...QUIET, archiver });

      const findings = findingsOf(stack);

      expect(resourceCount(stack)).toBeGreaterThan(50);
      expect(findings).toEqual([]);
    },
  );

  it("do look: a bucket without precautions beside ours is found", () => {
    const stack = createStack(QUIET);
    new Bucket(stack, "Bad");

    expect(findingsOf(stack)).toEqual([
      "AwsSolutions: AwsSolutions-S1 at AkoolVideoArchiver/Bad/Resource",
      "AwsSolutions: AwsSolutions-S10 at AkoolVideoArchiver/Bad/Resource",
    ]);
  });

  it("do look: a function and a queue without a way for failures beside ours are found", () => {
    const stack = createStack(QUIET);
    new CfnFunction(stack, "Bad", {
      code: { zipFile: "exports.handler = () => {}" },
      handler: "index.handler",
      role: "arn:aws:iam::123456789012:role/bad",
      runtime: "nodejs24.x",
    });
    new CfnQueue(stack, "BadQueue");

    expect(findingsOf(stack).filter((finding) => finding.startsWith("Serverless"))).toEqual([
      "Serverless: Serverless-LambdaDefaultMemorySize at AkoolVideoArchiver/Bad",
      "Serverless: Serverless-LambdaDefaultTimeout at AkoolVideoArchiver/Bad",
      "Serverless: Serverless-LambdaDLQ at AkoolVideoArchiver/Bad",
      "Serverless: Serverless-LambdaTracing at AkoolVideoArchiver/Bad",
      "Serverless: Serverless-SQSRedrivePolicy at AkoolVideoArchiver/BadQueue",
    ]);
  });

  it("do look: a route without authorization beside ours is found", () => {
    const stack = createStack(QUIET);
    const api = new HttpApi(stack, "Bad", { createDefaultStage: false });
    api.addRoutes({
      path: "/bad",
      methods: [HttpMethod.GET],
      integration: new HttpUrlIntegration("Elsewhere", "https://example.com"),
    });

    expect(findingsOf(stack)).toEqual([
      "AwsSolutions: AwsSolutions-APIG4 at AkoolVideoArchiver/Bad/GET--bad/Resource",
    ]);
  });

  it("do look: the reason given for the webhook's route covers no other route of the API", () => {
    const stack = createStack(QUIET);
    const { api } = stack.node.findAll().find((it) => it instanceof JobApi) ?? {};
    api?.addRoutes({
      path: "/webhooks/other",
      methods: [HttpMethod.POST],
      integration: new HttpUrlIntegration("Elsewhere", "https://example.com"),
      authorizer: new HttpNoneAuthorizer(),
    });

    expect(findingsOf(stack)).toEqual([
      `AwsSolutions: AwsSolutions-APIG4 at ${api?.node.path}/POST--webhooks--other/Resource`,
    ]);
  });

  it("do look: a property that CloudFormation does not know is found", () => {
    const stack = createStack(QUIET);
    new CfnResource(stack, "Bad", { type: "AWS::SQS::Queue", properties: { Nonsense: 1 } });

    expect(findingsOf(stack)).toContain("CloudFormation Validate: F3002 at AkoolVideoArchiver/Bad");
  });

  it("do look: the reasons given for some wildcards do not cover another", () => {
    const stack = createStack(QUIET);
    const { role } = stack.node.findAll().find((it) => it instanceof LambdaFunction) ?? {};
    role?.addToPolicy(new PolicyStatement({ actions: ["s3:*"], resources: ["arn:aws:s3:::b"] }));

    expect(findingsOf(stack)).toEqual([
      `AwsSolutions: AwsSolutions-IAM5[Action::s3:*] at ${role?.node.path}/DefaultPolicy/Resource`,
    ]);
  });
});
