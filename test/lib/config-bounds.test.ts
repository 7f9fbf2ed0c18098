import { describe, expect, it } from "vitest";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import { read, refusalOf } from "./read-config.ts";

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
