import { describe, expect, it } from "vitest";
import { localContext } from "#local/stack/local-context.ts";

describe("the context of cdk.json, on this machine", () => {
  it("has no hosted console, and everything else", () => {
    const context = {
      "@aws-cdk/core:checkSecretUsage": true,
      "archiver.console": "true",
      "archiver:consoleDomainName": "c.example.com",
      "archiver.pollMinSeconds": 7,
      archiver: { console: true, consoleIssuer: "https://login.example.com", logRetentionDays: 7 },
    };

    expect(localContext(context)).toEqual({
      "@aws-cdk/core:checkSecretUsage": true,
      "archiver.pollMinSeconds": 7,
      archiver: { logRetentionDays: 7 },
    });
  });

  it("is left as it is where the settings are no object: the app says so", () => {
    expect(localContext({ archiver: 7 })).toEqual({ archiver: 7 });
    expect(localContext({})).toEqual({});
  });
});
