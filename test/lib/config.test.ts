import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { ConfigurationError, configFromContext } from "#lib/config.ts";
import type { ArchiverConfig } from "#lib/config-schema.ts";

const read = (context: Record<string, unknown> = {}) =>
  configFromContext(new App({ context }).node);

function refusalOf(context: Record<string, unknown>): string {
  try {
    read(context);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("the configuration without any setting", () => {
  it("has a default for every value", () => {
    expect(read()).toEqual({
      costCenter: "akool-video-archiver",
      akoolBaseUrl: "https://openapi.akool.com/api/open",
      akoolSecretName: "akool-video-archiver/akool",
      pollMinSeconds: 5,
      pollMaxSeconds: 300,
      trackingDeadlineHours: 24,
      downloadAllowedHosts: ".cloudfront.net,.akool.com",
      maxVideoBytes: 5_368_709_120,
      videoKeyTemplate: "{videoModelId}",
      videoObjectTags: [],
      archiveStorageClass: "STANDARD",
      videoTransitions: [],
      finishedJobRetentionDays: 0,
      logRetentionDays: 90,
      removalPolicy: "retain",
      videoUrlSeconds: 900,
      apiRateLimit: 50,
      apiBurstLimit: 100,
      webhookRateLimit: 20,
      webhookBurstLimit: 40,
      eventArchiveDays: 30,
      webhookWindowHours: 24,
      webhookStartsTracking: true,
      importConcurrency: 5,
      console: false,
      creditBudgetPer: "month",
      creditBudgetWarnAt: "0.5,0.8,1",
      creditBudgetStopsSwaps: false,
    } satisfies ArchiverConfig);
  });
});

describe("where settings come from", () => {
  it("reads them from the object in cdk.json", () => {
    expect(read({ archiver: { pollMinSeconds: 7 } }).pollMinSeconds).toBe(7);
  });

  it("reads single ones, which the command line gives as text", () => {
    expect(read({ "archiver.trackingDeadlineHours": "1.5" }).trackingDeadlineHours).toBe(1.5);
  });

  it.each([
    ["true", true],
    ["false", false],
  ])("reads %s from the command line as such", (text, value) => {
    const config = read({ "archiver.webhookStartsTracking": text });

    expect(config.webhookStartsTracking).toBe(value);
  });

  it("prefers a single one to the object", () => {
    const config = read({ archiver: { pollMinSeconds: 7 }, "archiver.pollMinSeconds": "8" });

    expect(config.pollMinSeconds).toBe(8);
  });

  it("leaves the context of others alone", () => {
    expect(() => read({ "archivers.x": 1, "@aws-cdk/core:something": true })).not.toThrow();
  });

  it.each([["text"], [["a", "b"]], [7]])("refuses %j in the object's place", (archiver) => {
    expect(refusalOf({ archiver })).toBe(
      'The context "archiver" must be an object, because it holds all settings by name. ' +
        "Write it as an object in cdk.json, or set single values with -c archiver.<name>=<value>.",
    );
  });
});

describe("a stage", () => {
  it("has a secret of its own by default", () => {
    expect(read({ archiver: { stage: "dev" } }).akoolSecretName).toBe(
      "akool-video-archiver/dev/akool",
    );
  });

  it("reads the secret that is named", () => {
    const config = read({ archiver: { stage: "dev", akoolSecretName: "shared" } });

    expect(config.akoolSecretName).toBe("shared");
  });

  it("that is refused is refused alone, without the secret that was made of it", () => {
    expect(refusalOf({ archiver: { stage: "A B" } })).toMatch(/^archiver\.stage is "A B": [^\n]+$/);
  });
});

describe("an unknown key", () => {
  it.each([
    [{ archiver: { pollMinimumSeconds: 5 } }, "pollMinimumSeconds", "pollMinSeconds"],
    [{ "archiver.pollmaxseconds": "5" }, "pollmaxseconds", "pollMaxSeconds"],
    [{ "archiver:removalPolicies": "retain" }, "removalPolicies", "removalPolicy"],
  ])("is refused in %j, with the nearest valid one named", (context, key, nearest) => {
    expect(refusalOf(context)).toBe(
      `archiver.${key} is not a setting, so it would have no effect. ` +
        `Did you mean archiver.${nearest}?`,
    );
  });
});

describe("bounds", () => {
  it.each<[keyof ArchiverConfig, unknown[]]>([
    ["akoolBaseUrl", ["https://proxy.example.com", "https://a.example.com:8443/api"]],
    ["stage", ["a", "staging", "pr-42", "x".repeat(30)]],
    ["costCenter", ["4711", "Team A/B: video", "x".repeat(256)]],
    ["eventArchive", [true, false]],
    ["schemaRegistry", [true, false]],
    ["akoolSecretName", ["a", "x".repeat(512), "team/akool_key+=.@-1"]],
    ["pollMinSeconds", [1, 300]],
    ["pollMaxSeconds", [5, 3600]],
    ["acceptableDelaySeconds", [2.5, 10, 150]],
    ["trackingDeadlineHours", [0.001, 0.5, 168]],
    ["downloadAllowedHosts", [".example.com", "one.example.com", ".a.net,.b-c.com"]],
    ["maxVideoBytes", [1, 5 * 1024 ** 4]],
    ["videoKeyTemplate", ["{yyyy}/{mm}/{tag.team}/{file_name}={videoModelId}"]],
    ["finishedJobRetentionDays", [0, 3650]],
    ["logRetentionDays", [1, 90, 3653]],
    ["removalPolicy", ["retain", "destroy"]],
    ["videoUrlSeconds", [60, 43_200]],
    ["corsAllowedOrigins", ["https://a.example.com,https://b.com:8443", "http://localhost:3000"]],
    ["apiRateLimit", [1, 10_000]],
    ["apiBurstLimit", [1, 5_000]],
    ["eventBusName", ["default", "company.events-1_a", "x".repeat(256)]],
    ["eventArchiveDays", [0, 3650]],
    ["webhookWindowHours", [1, 168]],
    ["webhookStartsTracking", [true, false]],
    ["akoolConcurrency", [1, 1_000]],
    ["archiveConcurrency", [1, 1_000]],
    ["webhookConcurrency", [1, 1_000]],
    ["webhookRateLimit", [1, 10_000]],
    ["webhookBurstLimit", [1, 5_000]],
    ["alarmEmail", ["a@b.example", "video.alarms+prod@example.com"]],
    ["runbookUrl", ["https://git.example.com/a/docs/operations.md"]],
    ["importConcurrency", [1, 100]],
    ["importSources", ["my-lists/", "my-lists/videos/2026", "a.b-c/x_=@+/.y/,other/z/"]],
    [
      "alarmTopicArn",
      ["arn:aws:sns:eu-west-1:123456789012:alarms", "arn:aws-cn:sns:cn-north-1:123456789012:a_b-1"],
    ],
  ])("%s accepts %j", (option, values) => {
    for (const value of values) expect(read({ archiver: { [option]: value } })[option]).toBe(value);
  });

  it.each<[keyof ArchiverConfig, string, string]>([
    [
      "akoolBaseUrl",
      "https://openapi.akool.com/api/open/v3/",
      "https://openapi.akool.com/api/open",
    ],
    ["akoolBaseUrl", " openapi.akool.com", "https://openapi.akool.com/api/open"],
    ["downloadAllowedHosts", "*.A.com; https://b.com/x", ".a.com,b.com"],
  ])("%s reads %j as %j, as the local run does", (option, written, value) => {
    expect(read({ archiver: { [option]: written } })[option]).toBe(value);
  });

  it.each<[keyof ArchiverConfig, unknown[]]>([
    [
      "akoolBaseUrl",
      [
        "http://openapi.akool.com/api/open",
        "https://user@openapi.akool.com/api",
        "https://openapi.akool.com/api?x=1",
        "https://openapi.akool.com/api#x",
        "http://127.0.0.1:8788/api/open",
        "akool",
        "",
        7,
      ],
    ],
    ["stage", ["", "Staging", "1st", "a_b", "a.b", "x".repeat(31), 7]],
    ["costCenter", ["", " a", "a;b", "x".repeat(257), 4711]],
    ["eventArchive", ["", "no", 0, null]],
    ["schemaRegistry", ["", "yes", 1, null]],
    ["akoolSecretName", ["", "x".repeat(513), "a b", "arn:aws:secretsmanager"]],
    ["pollMinSeconds", [0, 3601, 1.5, -1, "five", "", true, null]],
    ["pollMaxSeconds", [0, 3601, 299.5, "1e3"]],
    ["acceptableDelaySeconds", [0, 0.9, 1801, -1, "soon", "", true, null]],
    ["trackingDeadlineHours", [0, 0.0009, 168.001, -1, "a day"]],
    ["downloadAllowedHosts", ["", ".com", "a.com:8443", "*", "1.2.3.4", "a b"]],
    ["maxVideoBytes", [0, 5 * 1024 ** 4 + 1, 1.5, "5GiB"]],
    [
      "videoKeyTemplate",
      ["", "{yyyy}", "{videoModelID}", "/{videoModelId}", "../{videoModelId}", 7],
    ],
    ["finishedJobRetentionDays", [-1, 3651, 0.5]],
    ["logRetentionDays", [0, 2, 91, 9999]],
    ["removalPolicy", ["", "snapshot", "RETAIN"]],
    ["videoUrlSeconds", [59, 43_201, 60.5]],
    [
      "jwtIssuer",
      [
        "http://login.example.com",
        "https://user@login.example.com",
        "https://login.example.com/?tenant=1",
        "login.example.com",
        "",
      ],
    ],
    ["jwtAudience", ["", "two audiences", "one,two", 7]],
    [
      "corsAllowedOrigins",
      ["", "*", "https://*.example.com/", "https://a.com/", "https://a.com, https://b.com"],
    ],
    ["corsAllowedOrigins", ["http://a.com", "a.com", "null", "https://a.com,*", ["https://a.com"]]],
    [
      "apiDomainName",
      ["", "videos", "https://videos.example.com", "Videos.example.com", "a..com", "*.a.com", 7],
    ],
    ["apiCertificateArn", ["", "arn:aws:iam::123456789012:server-certificate/a", "videos"]],
    ["apiRateLimit", [0, 10_001, 0.5]],
    ["apiBurstLimit", [0, 5_001, 1.5]],
    ["eventBusName", ["", "x".repeat(257), "arn:aws:events:eu-west-1:1:event-bus/a", "a/b", 7]],
    ["eventArchiveDays", [-1, 3651, 1.5]],
    ["webhookWindowHours", [0, 169, 1.5, -1]],
    ["webhookStartsTracking", ["", "yes", "True", 0, 1, null]],
    ["akoolConcurrency", [0, 1_001, 1.5]],
    ["archiveConcurrency", [0, 1_001, 1.5]],
    ["webhookConcurrency", [0, 1_001, 1.5]],
    ["webhookRateLimit", [0, 10_001, 1.5]],
    ["webhookBurstLimit", [0, 5_001, 1.5]],
    ["alarmEmail", ["", "alarms", "a@b", "a@b.example,c@d.example", 7]],
    ["slackWorkspaceId", ["", "t01", "T-1"]],
    ["slackChannelId", ["", "#alarms", "a b"]],
    ["runbookUrl", ["", "http://a.example/x", "https://a.example/x#y", "docs/operations.md"]],
    ["importConcurrency", [0, 101, 2.5]],
    ["importSources", ["", "my-lists", "My-lists/a", "a/*", "lists/a?", "lists/a,"]],
    [
      "alarmTopicArn",
      [
        "alarms",
        "arn:aws:sqs:eu-west-1:123456789012:alarms",
        "arn:aws:sns:eu-west-1:123456789012:alarms.fifo",
        "arn:aws:sns:eu-west-1::alarms",
        "",
        7,
      ],
    ],
  ])("%s refuses %j", (option, values) => {
    for (const value of values) {
      expect(refusalOf({ archiver: { [option]: value } })).toContain(`archiver.${option} is `);
    }
  });

  it("refuses a shortest wait above the longest", () => {
    expect(refusalOf({ archiver: { pollMinSeconds: 301 } })).toBe(
      "archiver.pollMinSeconds is 301: it must not be above pollMaxSeconds (300), because the " +
        'wait lies between them. Set it in cdk.json under "archiver", or with ' +
        "-c archiver.pollMinSeconds=5.",
    );
  });

  it("accepts a shortest wait equal to the longest", () => {
    expect(read({ archiver: { pollMinSeconds: 300 } }).pollMinSeconds).toBe(300);
  });
});

describe("a template for keys", () => {
  it("is refused with the rule that it breaks", () => {
    expect(refusalOf({ archiver: { videoKeyTemplate: "{team}/{videoModelId}" } })).toBe(
      'archiver.videoKeyTemplate is "{team}/{videoModelId}": it must not hold {team}, because the ' +
        "placeholders are {videoModelId}, {yyyy}, {mm}, {dd}, {type}, {file_name} and {tag.NAME}. " +
        'Set it in cdk.json under "archiver", or with -c archiver.videoKeyTemplate={videoModelId}.',
    );
  });
});

describe("the acceptable delay", () => {
  it("is not set unless somebody sets it", () => {
    expect(read({}).acceptableDelaySeconds).toBeUndefined();
  });

  it.each([2.4, 150.1])("is refused where no polls can lead to it: %d s", (delay) => {
    expect(refusalOf({ archiver: { acceptableDelaySeconds: delay } })).toBe(
      `archiver.acceptableDelaySeconds is ${delay}: it must lie between half of pollMinSeconds (5) ` +
        "and half of pollMaxSeconds (300), because polls that far apart are that late on average. " +
        'Set it in cdk.json under "archiver", or with -c archiver.acceptableDelaySeconds=10.',
    );
  });
});

describe("tokens for the HTTP API", () => {
  it.each([
    "https://login.example.com/",
    "https://login.example.com",
    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc",
  ])("are accepted of issuer and audience together, spelled as given: %s", (jwtIssuer) => {
    const config = read({ archiver: { jwtIssuer, jwtAudience: "videos" } });

    expect(config).toMatchObject({ jwtIssuer, jwtAudience: "videos" });
  });

  it("are refused with an issuer alone", () => {
    expect(refusalOf({ archiver: { jwtIssuer: "https://login.example.com/" } })).toBe(
      "archiver.jwtAudience is not set: it must be set along with jwtIssuer, because a token is " +
        'accepted for both or for neither. Set it in cdk.json under "archiver", or with ' +
        "-c archiver.jwtAudience=video-archiver.",
    );
  });

  it("are refused with an audience alone", () => {
    expect(refusalOf({ archiver: { jwtAudience: "videos" } })).toMatch(
      /^archiver\.jwtIssuer is not set: it must be set along with jwtAudience/,
    );
  });
});

describe("the hosted console", () => {
  const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0e1c2a52";
  const refused = (settings: object) =>
    refusalOf({ archiver: { console: true, ...settings } }).split(". Set it")[0];

  it.each([
    { console: true },
    { console: true, consoleOperatorGroup: "editors", consoleSignInPrefix: "my-archiver" },
    { console: true, consoleDomainName: "c.example.com", consoleCertificateArn: CERTIFICATE },
    {
      console: true,
      consoleIssuer: "https://login.example.com/realm",
      consoleClientId: "console",
      consoleAudience: "archiver",
      consoleReadScope: "api://archiver/read",
      consoleOperateScope: "api://archiver/operate",
      consoleOperatorGroup: "editors",
    },
  ])("is accepted with %j", (archiver) => {
    expect(read({ archiver })).toMatchObject(archiver);
  });

  it("has settings that mean nothing without it", () => {
    expect(refusalOf({ archiver: { consoleOperatorGroup: "editors" } })).toBe(
      "archiver.console is false: it must be true for consoleOperatorGroup, because nothing is hosted " +
        'without it. Set it in cdk.json under "archiver", or with -c archiver.console=true.',
    );
  });

  it.each([
    [
      { consoleDomainName: "c.example.com" },
      "archiver.consoleCertificateArn is not set: it must be set along with consoleDomainName, " +
        "because a host name is served with its certificate only",
    ],
    [
      { consoleClientId: "console" },
      "archiver.consoleIssuer is not set: it must be set along with consoleClientId, because a " +
        "provider signs in the clients that it knows",
    ],
    [
      { consoleAudience: "archiver" },
      'archiver.consoleAudience is "archiver": it must be set along with consoleIssuer, because the ' +
        "stack's user pool has its own",
    ],
    [
      { consoleIssuer: "https://a.example", consoleClientId: "c", consoleSignInPrefix: "word" },
      'archiver.consoleSignInPrefix is "word": it must not be set along with consoleIssuer, because ' +
        "there is no user pool then",
    ],
    [
      {
        consoleIssuer: "https://a.example",
        consoleClientId: "c",
        consoleReadScope: "all",
        consoleOperateScope: "all",
      },
      'archiver.consoleOperateScope is "all": it must differ from consoleReadScope without a ' +
        "consoleOperatorGroup, because everybody would operate",
    ],
  ])("is refused with %j", (settings, message) => {
    expect(refused(settings)).toBe(message);
  });

  it.each<[keyof ArchiverConfig, unknown[]]>([
    ["console", ["", "yes", 1, null]],
    ["consoleDomainName", ["", "https://c.example.com", "C.example.com", "console"]],
    ["consoleCertificateArn", ["", CERTIFICATE.replace("us-east-1", "eu-west-1")]],
    ["consoleIssuer", ["", "http://login.example.com", "https://a@login.example.com"]],
    ["consoleClientId", ["", "a b", "a,b", 7]],
    ["consoleAudience", ["", "a b", "a,b"]],
    ["consoleReadScope", ["", "a b", 'a"b']],
    ["consoleOperateScope", ["", "a b", "a\\b"]],
    ["consoleOperatorGroup", ["", "a b", "[a]", "a,b"]],
    ["consoleSignInPrefix", ["", "A", "-a", "a.b", "x".repeat(64)]],
  ])("%s refuses %j", (option, values) => {
    for (const value of values) {
      expect(refusalOf({ archiver: { console: true, [option]: value } })).toContain(
        `archiver.${option} is `,
      );
    }
  });

  it("one group may be what tells readers and operators of one scope apart", () => {
    const settings = {
      console: true,
      consoleIssuer: "https://a.example",
      consoleClientId: "c",
      consoleReadScope: "all",
      consoleOperateScope: "all",
      consoleOperatorGroup: "editors",
    };

    expect(read({ archiver: settings })).toMatchObject(settings);
  });
});

describe("a Slack channel", () => {
  it("is accepted with its workspace", () => {
    const slack = { slackWorkspaceId: "T012ABC", slackChannelId: "C012ABC" };

    expect(read({ archiver: slack })).toMatchObject(slack);
  });

  it.each([
    [{ slackChannelId: "C012ABC" }, "slackWorkspaceId", "slackChannelId"],
    [{ slackWorkspaceId: "T012ABC" }, "slackChannelId", "slackWorkspaceId"],
  ])("is refused with half of it: %j", (archiver, absent, given) => {
    expect(refusalOf({ archiver })).toContain(
      `archiver.${absent} is not set: it must be set along with ${given}, because`,
    );
  });
});

describe("a refusal", () => {
  it("says what is wrong, why, and what to do", () => {
    expect(refusalOf({ "archiver.pollMinSeconds": "0.5" })).toBe(
      'archiver.pollMinSeconds is "0.5": it must be a whole number of seconds from 1 to 3600, ' +
        "because AKOOL throttles clients that ask too often. " +
        'Set it in cdk.json under "archiver", or with -c archiver.pollMinSeconds=5.',
    );
  });

  it("names every value at fault, once each", () => {
    const message = refusalOf({ archiver: { pollMinSeconds: -0.5, removalPolicy: "keep" } });

    expect(message.split("\n")).toEqual([
      expect.stringContaining("archiver.pollMinSeconds is -0.5"),
      expect.stringContaining('archiver.removalPolicy is "keep"'),
    ]);
  });
});
