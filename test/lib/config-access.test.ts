import { describe, expect, it } from "vitest";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import { read, refusalOf } from "./read-config.ts";

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
