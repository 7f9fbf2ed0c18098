import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { ROUTES } from "#http/routes.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0e1c2a52";
const PROVIDER = {
  console: true,
  consoleIssuer: "https://login.example.com/realm",
  consoleClientId: "page",
  consoleAudience: "archiver-api",
  consoleReadScope: "videos.read",
  consoleOperateScope: "videos.operate",
};

const routeSchema = z.object({
  Properties: z.object({
    ApiId: z.object({ Ref: z.string() }),
    RouteKey: z.string(),
    AuthorizationType: z.string(),
    AuthorizerId: z.optional(z.object({ Ref: z.string() })),
    AuthorizationScopes: z.optional(z.array(z.string())),
  }),
});

/** What an alarm adds up. */
const metricSchema = z.object({
  Expression: z.optional(z.string()),
  MetricStat: z.optional(
    z.object({ Metric: z.object({ Dimensions: z.array(z.object({ Value: z.unknown() })) }) }),
  ),
});

/** The routes of the console's API, wherever they are made. */
function routesOf(template: Template) {
  return Object.values(template.findResources("AWS::ApiGatewayV2::Route"))
    .map((route) => routeSchema.parse(route).Properties)
    .filter(({ ApiId }) => ApiId.Ref.startsWith("Console"));
}

const idOf = (template: Template, type: string, prefix = "Console") =>
  Object.keys(template.findResources(type)).filter((id) => id.startsWith(prefix));

let without: Template;
let pool: Template;
let provider: Template;
let named: Template;
beforeAll(() => {
  without = synthesizeTemplate();
  pool = synthesizeTemplate({ archiver: { console: true } });
  provider = synthesizeTemplate({ archiver: PROVIDER });
  named = synthesizeTemplate({
    archiver: {
      console: true,
      stage: "film",
      removalPolicy: "destroy",
      consoleDomainName: "console.example.com",
      consoleCertificateArn: CERTIFICATE,
      consoleOperatorGroup: "editors",
      consoleSignInPrefix: "film-archiver",
    },
  });
});

describe("without the console", () => {
  it("nothing of it is deployed", () => {
    for (const type of [
      "AWS::CloudFront::Distribution",
      "AWS::Cognito::UserPool",
      "Custom::CDKBucketDeployment",
    ]) {
      without.resourceCountIs(type, 0);
    }
    without.resourceCountIs("AWS::ApiGatewayV2::Api", 1);
    expect(JSON.stringify(without.toJSON())).not.toMatch(/CONSOLE_|ConsoleUrl/);
  });

  it("all else is the same: callers with AWS credentials notice nothing of it", () => {
    const { Resources: before, Outputs: outputs } = without.toJSON();
    const { Resources: after, Outputs } = pool.toJSON();
    const changed = Object.keys(before).filter(
      (id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]),
    );

    // The function is told the console's API; the alarm counts its errors as well.
    expect(changed.map((id) => id.replace(/[0-9A-F]{8}$/, "")).toSorted()).toEqual([
      "JobApiFunction",
      "MonitoringApiServerErrors",
    ]);
    expect(Outputs).toMatchObject(outputs);
  });
});

describe("the console's API", () => {
  it.each([
    ["of the user pool", () => pool, { read: "archiver/read", operate: "archiver/operate" }],
    ["of a provider", () => provider, { read: "videos.read", operate: "videos.operate" }],
  ])("asks on every route for a token %s, with the scope of that route", (_, template, scopes) => {
    const expected = Object.values(ROUTES).map(({ method, path, access }) => ({
      RouteKey: `${method} ${path}`,
      AuthorizationScopes: [scopes[access]],
    }));

    expect(
      routesOf(template()).map(({ RouteKey, AuthorizationScopes }) => ({
        RouteKey,
        AuthorizationScopes,
      })),
    ).toEqual(expect.arrayContaining(expected));
    expect(routesOf(template())).toHaveLength(expected.length);
  });

  it("has no open route, however it is configured", () => {
    for (const template of [pool, provider, named]) {
      const authorizers = idOf(template, "AWS::ApiGatewayV2::Authorizer");
      expect(authorizers).toHaveLength(1);
      for (const route of routesOf(template)) {
        expect(route, route.RouteKey).toMatchObject({
          AuthorizationType: "JWT",
          AuthorizerId: { Ref: authorizers[0] },
          AuthorizationScopes: [expect.any(String)],
        });
      }
      expect(routesOf(template).map(({ RouteKey }) => RouteKey)).not.toContain("$default");
    }
  });

  it("lets no other origin in: the page asks it through its own", () => {
    for (const id of idOf(pool, "AWS::ApiGatewayV2::Api")) {
      expect(pool.findResources("AWS::ApiGatewayV2::Api")[id]?.Properties).toMatchObject({
        Name: "AkoolVideoArchiver-console-api",
      });
    }
    pool.allResourcesProperties("AWS::ApiGatewayV2::Api", { CorsConfiguration: Match.absent() });
  });

  it("raises the alarm of the other one when it fails: both APIs are counted", () => {
    const [alarm] = Object.values(
      pool.findResources("AWS::CloudWatch::Alarm", {
        Properties: { AlarmDescription: Match.stringLikeRegexp("^The HTTP API has answered") },
      }),
    );
    const counted = z.array(metricSchema).parse(alarm?.Properties.Metrics);
    const apis = counted.flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? []);

    expect(apis.map(({ Value }) => Value)).toEqual([
      { Ref: expect.stringMatching(/^JobApi/) },
      { Ref: expect.stringMatching(/^ConsoleApi/) },
    ]);
    expect(counted.find(({ Expression }) => Expression !== undefined)?.Expression).toBe(
      "FILL(api0, 0) + FILL(api1, 0)",
    );
  });

  it("is throttled and logged as the other one, apart from it", () => {
    pool.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "api",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      AccessLogSettings: {
        DestinationArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^ConsoleApiAccessLogs"), "Arn"] },
        Format: Match.stringLikeRegexp("claims.sub"),
      },
    });
    pool.hasResourceProperties("AWS::Logs::LogGroup", {
      LogGroupName: "/aws/vendedlogs/apigateway/AkoolVideoArchiver-console-api",
    });
  });

  it("is answered by the function of the other one, which knows which is which", () => {
    pool.hasResourceProperties("AWS::ApiGatewayV2::Integration", {
      ApiId: { Ref: Match.stringLikeRegexp("^ConsoleApi") },
      IntegrationUri: { "Fn::GetAtt": [Match.stringLikeRegexp("^JobApiFunction"), "Arn"] },
    });
    const variables = (template: Template, expected: object) =>
      template.hasResourceProperties("AWS::Lambda::Function", {
        Environment: {
          Variables: Match.objectLike({
            CONSOLE_API_ID: { Ref: Match.stringLikeRegexp("^ConsoleApiHttpApi") },
            ...expected,
          }),
        },
      });
    variables(pool, {
      CONSOLE_READ_SCOPE: "archiver/read",
      CONSOLE_OPERATE_SCOPE: "archiver/operate",
      CONSOLE_OPERATOR_GROUP: "operators",
    });
    variables(provider, {
      CONSOLE_READ_SCOPE: "videos.read",
      CONSOLE_OPERATE_SCOPE: "videos.operate",
      CONSOLE_OPERATOR_GROUP: Match.absent(),
    });
  });

  it("believes the user pool's tokens for its client, or the provider's for its audience", () => {
    pool.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: {
        Issuer: {
          "Fn::Join": [
            "",
            [
              "https://cognito-idp.",
              { Ref: "AWS::Region" },
              ".",
              { Ref: "AWS::URLSuffix" },
              "/",
              { Ref: Match.stringLikeRegexp("^ConsoleUsersPool") },
            ],
          ],
        },
        Audience: [{ Ref: Match.stringLikeRegexp("^ConsoleUsersPoolPage") }],
      },
    });
    provider.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      JwtConfiguration: { Issuer: "https://login.example.com/realm", Audience: ["archiver-api"] },
    });
  });
});

describe("the console's files", () => {
  it("lie in a bucket that CloudFront alone reads, for this distribution", () => {
    const [bucket] = idOf(pool, "AWS::S3::Bucket");
    const [distribution] = idOf(pool, "AWS::CloudFront::Distribution");
    expect(pool.findResources("AWS::S3::Bucket")[bucket ?? ""]?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    pool.hasResourceProperties("AWS::S3::BucketPolicy", {
      Bucket: { Ref: bucket },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: "s3:GetObject",
            Effect: "Allow",
            Principal: { Service: "cloudfront.amazonaws.com" },
            Condition: {
              StringEquals: {
                "AWS:SourceArn": {
                  "Fn::Join": ["", Match.arrayWith([{ Ref: distribution }])],
                },
              },
            },
          }),
        ]),
      },
    });
    pool.hasResourceProperties("AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: { SigningBehavior: "always", SigningProtocol: "sigv4" },
    });
  });

  it("are let in by nobody without a condition", () => {
    const policies = z
      .array(
        z.object({
          Properties: z.object({ PolicyDocument: z.object({ Statement: z.array(z.any()) }) }),
        }),
      )
      .parse(Object.values(pool.findResources("AWS::S3::BucketPolicy")));
    const open = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(
        ({ Effect, Principal }) => Effect === "Allow" && JSON.stringify(Principal).includes("*"),
      );

    expect(open).toEqual([]);
  });

  it("are served over https alone, with a policy that names the bucket and the sign-in", () => {
    pool.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        DefaultRootObject: "index.html",
        DefaultCacheBehavior: Match.objectLike({ ViewerProtocolPolicy: "redirect-to-https" }),
        CacheBehaviors: [
          Match.objectLike({
            PathPattern: "/assets/*",
            ViewerProtocolPolicy: "redirect-to-https",
          }),
          Match.objectLike({ PathPattern: "/api/*", ViewerProtocolPolicy: "https-only" }),
        ],
      }),
    });
    for (const [template, media, signIn] of [
      [pool, /https:\/\/<.*VideosBucket.*RegionalDomainName.*>/, /auth\..*\.amazoncognito\.com/],
      [provider, /VideosBucket/, /connect-src 'self' https:\/\/login\.example\.com;/],
    ] as const) {
      for (const policy of contentPolicies(template)) {
        expect(policy).toMatch(media);
        expect(policy).toMatch(signIn);
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toMatch(/unsafe|\.invalid|\*/);
      }
      expect(contentPolicies(template)).toHaveLength(2);
    }
  });

  it("have the other headers of the local console, and HSTS", () => {
    pool.hasResourceProperties("AWS::CloudFront::ResponseHeadersPolicy", {
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: "DENY", Override: true },
          ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
          StrictTransportSecurity: {
            AccessControlMaxAgeSec: 31_536_000,
            IncludeSubdomains: false,
            Override: true,
          },
        },
        CustomHeadersConfig: {
          Items: Match.arrayWith([
            { Header: "cache-control", Override: true, Value: "no-store" },
            { Header: "cross-origin-opener-policy", Override: true, Value: "same-origin" },
          ]),
        },
      },
    });
    pool.hasResourceProperties("AWS::CloudFront::ResponseHeadersPolicy", {
      ResponseHeadersPolicyConfig: {
        CustomHeadersConfig: {
          Items: Match.arrayWith([
            Match.objectLike({
              Header: "cache-control",
              Value: Match.stringLikeRegexp("immutable"),
            }),
          ]),
        },
      },
    });
  });

  it("are under a name of one's own from TLS 1.2 on", () => {
    named.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        Aliases: ["console.example.com"],
        ViewerCertificate: {
          AcmCertificateArn: CERTIFICATE,
          MinimumProtocolVersion: "TLSv1.2_2021",
          SslSupportMethod: "sni-only",
        },
      }),
    });
    named.hasOutput("ConsoleUrl", { Value: "https://console.example.com" });
    named.hasOutput("ConsoleDomainTarget", {});
    expect(pool.findOutputs("ConsoleDomainTarget")).toEqual({});
  });

  it("go with the stack, whatever is kept", () => {
    for (const template of [pool, named]) {
      const [bucket] = idOf(template, "AWS::S3::Bucket");
      expect(template.findResources("AWS::S3::Bucket")[bucket ?? ""]?.DeletionPolicy).toBe(
        "Delete",
      );
    }
  });
});

/** The policies of the page and of its assets; what is known at deployment only in `<>`. */
function contentPolicies(template: Template): string[] {
  const schema = z.object({
    Properties: z.object({
      ResponseHeadersPolicyConfig: z.object({
        SecurityHeadersConfig: z.object({
          ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.any() }),
        }),
      }),
    }),
  });
  return Object.values(template.findResources("AWS::CloudFront::ResponseHeadersPolicy")).map(
    (it) => {
      const { SecurityHeadersConfig } = schema.parse(it).Properties.ResponseHeadersPolicyConfig;
      const text = SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;
      const parts: unknown[] = typeof text === "string" ? [text] : text["Fn::Join"][1];
      return parts
        .map((part) => (typeof part === "string" ? part : `<${JSON.stringify(part)}>`))
        .join("");
    },
  );
}

describe("the user pool", () => {
  it("takes nobody who was not invited, and offers a second factor", () => {
    pool.hasResource("AWS::Cognito::UserPool", {
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: {
        UserPoolName: "AkoolVideoArchiver-console",
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        MfaConfiguration: "OPTIONAL",
        EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
        DeletionProtection: "ACTIVE",
        UsernameAttributes: ["email"],
        Policies: { PasswordPolicy: Match.objectLike({ MinimumLength: 14 }) },
      },
    });
    named.hasResource("AWS::Cognito::UserPool", {
      DeletionPolicy: "Delete",
      Properties: { DeletionProtection: "INACTIVE" },
    });
  });

  it("signs the page in by code alone, without a secret, and leads back to it and nowhere else", () => {
    named.hasResourceProperties("AWS::Cognito::UserPoolClient", {
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: [
        { "Fn::Join": ["", [{ Ref: Match.anyValue() }, "/read"]] },
        { "Fn::Join": ["", [{ Ref: Match.anyValue() }, "/operate"]] },
      ],
      CallbackURLs: ["https://console.example.com/"],
      LogoutURLs: ["https://console.example.com/"],
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
      SupportedIdentityProviders: ["COGNITO"],
      AccessTokenValidity: 15,
      RefreshTokenValidity: 720,
      RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
    });
    pool.resourceCountIs("AWS::Cognito::UserPoolClient", 1);
  });

  it("has a group of operators, and an address of its own", () => {
    pool.hasResourceProperties("AWS::Cognito::UserPoolGroup", { GroupName: "operators" });
    named.hasResourceProperties("AWS::Cognito::UserPoolGroup", { GroupName: "editors" });
    named.hasResourceProperties("AWS::Cognito::UserPoolDomain", { Domain: "film-archiver" });
    pool.hasResourceProperties("AWS::Cognito::UserPoolDomain", {
      Domain: { "Fn::Join": ["", ["akool-archiver-", { Ref: "AWS::AccountId" }]] },
    });
  });

  it("is none where a provider signs people in", () => {
    provider.resourceCountIs("AWS::Cognito::UserPool", 0);
    expect(provider.findOutputs("ConsoleUserPoolId")).toEqual({});
    expect(Object.keys(pool.findOutputs("ConsoleUserPoolId"))).toHaveLength(1);
  });
});

describe("what the deployment itself may do", () => {
  it("is to lay the files into the console's bucket: not one of the archiver's", () => {
    const [role] = idOf(pool, "AWS::IAM::Policy", "CustomCDKBucketDeployment");
    const policy = JSON.stringify(pool.findResources("AWS::IAM::Policy")[role ?? ""]);

    expect(policy).toContain("ConsoleSiteBucket");
    expect(policy).not.toMatch(/VideosBucket|ImportsFilesBucket|JobsTable/);
  });
});
