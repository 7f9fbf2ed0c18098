import { describe, expect, it } from "vitest";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import { read, refusalOf } from "./read-config.ts";

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

describe("a template for keys", () => {
  it("is refused with the rule that it breaks", () => {
    expect(refusalOf({ archiver: { videoKeyTemplate: "{team}/{videoModelId}" } })).toBe(
      'archiver.videoKeyTemplate is "{team}/{videoModelId}": it must not hold {team}, because the ' +
        "placeholders are {videoModelId}, {yyyy}, {mm}, {dd}, {type}, {file_name} and {tag.NAME}. " +
        'Set it in cdk.json under "archiver", or with -c archiver.videoKeyTemplate={videoModelId}.',
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
