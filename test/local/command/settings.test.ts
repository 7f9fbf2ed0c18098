import { describe, expect, it } from "vitest";
import {
  demoSettings,
  readingNotes,
  requireWebhookSecret,
  trackSettings,
  webhookAddress,
} from "#local/command/settings.ts";
import { UsageError } from "#local/command/usage-error.ts";

const KEY = { AKOOL_API_KEY: "key" };

describe("the settings of track", () => {
  it("ask the real AKOOL unless told otherwise", () => {
    const settings = trackSettings(undefined, { ...KEY, AKOOL_BASE_URL: "" });

    expect(settings).toEqual({
      AKOOL_API_KEY: "key",
      AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
    });
  });

  it("take AKOOL's address from the command line before the environment", () => {
    const environment = { ...KEY, AKOOL_BASE_URL: "https://other.example" };

    const [fromBoth, fromEnvironment] = [
      trackSettings("http://127.0.0.1:8788/api/open", environment),
      trackSettings(undefined, environment),
    ];

    expect(fromBoth.AKOOL_BASE_URL).toBe("http://127.0.0.1:8788/api/open");
    expect(fromEnvironment.AKOOL_BASE_URL).toBe("https://other.example");
  });

  it("pass on the variables that the functions know, and nothing else of the environment", () => {
    const settings = trackSettings(undefined, {
      ...KEY,
      POLL_MIN_SECONDS: "1",
      ACCEPTABLE_DELAY_SECONDS: "10",
      POLL_MAX_SECONDS: "",
      AWS_SECRET_ACCESS_KEY: "real",
    });

    expect(settings).toMatchObject({ POLL_MIN_SECONDS: "1", ACCEPTABLE_DELAY_SECONDS: "10" });
    expect(settings).not.toHaveProperty("POLL_MAX_SECONDS");
    expect(settings).not.toHaveProperty("AWS_SECRET_ACCESS_KEY");
  });

  it("forgive a line break that was pasted with the key", () => {
    expect(trackSettings(undefined, { AKOOL_API_KEY: "key\n" }).AKOOL_API_KEY).toBe("key");
  });

  it.each([{}, { AKOOL_API_KEY: "" }, { AKOOL_API_KEY: " " }])("need a key: %j", (environment) => {
    const read = () => trackSettings(undefined, environment);

    expect(read).toThrow(UsageError);
    expect(read).toThrow(/AKOOL_API_KEY is not set/);
  });

  it.each([
    "se cret",
    "sécret",
    "Bearer secret",
    '"secret',
    "<secret>",
    "\u0024{SECRET}",
    "$secret",
  ])("refuse %j as a key, without printing it", (AKOOL_API_KEY) => {
    const read = () => trackSettings(undefined, { AKOOL_API_KEY });

    expect(read).toThrow(UsageError);
    expect(read).toThrow(/^AKOOL_API_KEY /);
    expect(read).not.toThrow(/secret/i);
  });

  it("are read as they are pasted, and it is told what was read", () => {
    const environment = {
      AKOOL_API_KEY: '"secret-key"',
      AKOOL_CLIENT_ID: "AKOOL_CLIENT_ID=client\\n",
      DOWNLOAD_ALLOWED_HOSTS: "*.a.example https://b.example/",
      POLL_MIN_SECONDS: "'5' ",
      POLL_MAX_SECONDS: " 30\n",
    };
    const url = "http://127.0.0.1:8788/api/open/v3/";

    const settings = trackSettings(url, environment);

    expect(settings).toEqual({
      AKOOL_API_KEY: "secret-key",
      AKOOL_CLIENT_ID: "client",
      AKOOL_BASE_URL: "http://127.0.0.1:8788/api/open",
      DOWNLOAD_ALLOWED_HOSTS: ".a.example,b.example",
      POLL_MIN_SECONDS: "5",
      POLL_MAX_SECONDS: "30",
    });
    const aside = "was read without what stood around it: quotes, a name or invisible characters.";
    expect(readingNotes(settings, url, environment)).toEqual([
      `AKOOL_API_KEY ${aside}`,
      `AKOOL_CLIENT_ID ${aside}`,
      "--akool-url was read as http://127.0.0.1:8788/api/open",
      "DOWNLOAD_ALLOWED_HOSTS was read as .a.example,b.example",
      "POLL_MIN_SECONDS was read as 5",
    ]);
  });

  it("are not told of when they were read as written", () => {
    const environment = { ...KEY, AKOOL_BASE_URL: "https://other.example\n", LOG_LEVEL: "INFO" };

    expect(readingNotes(trackSettings(undefined, environment), undefined, environment)).toEqual([]);
  });

  it.each([
    ["AKOOL_CLIENT_ID", "a b"],
    ["DOWNLOAD_ALLOWED_HOSTS", "secret.example:8443"],
    ["AKOOL_BASE_URL", "https://me:secret@akool.example"],
  ])("refuse %s when it cannot be read, without printing it", (name, value) => {
    const read = () => trackSettings(undefined, { ...KEY, [name]: value });

    expect(read).toThrow(UsageError);
    expect(read).toThrow(new RegExp(`^${name} `));
    expect(read).not.toThrow(new RegExp(value));
  });

  it.each([
    "",
    " ",
    "akool",
    "http://akool.example",
    "https://user@akool.example",
    "ftp://localhost",
  ])("refuse %j as AKOOL's address", (address) => {
    const read = () => trackSettings(address, KEY);

    expect(read).toThrow(UsageError);
    expect(read).toThrow(/must be a plain https URL/);
  });
});

describe("webhooks", () => {
  const AKOOL_BASE_URL = "http://127.0.0.1:8788";
  const needs = (AKOOL_API_KEY: string, more = {}) =>
    requireWebhookSecret({ AKOOL_BASE_URL, AKOOL_API_KEY, ...more });

  it.each([16, 24, 32])("can be opened with a key of %d characters", (length) => {
    expect(() => needs("k".repeat(length), { AKOOL_CLIENT_ID: "c" })).not.toThrow();
  });

  it.each([1, 15, 17, 26, 33])("cannot with one of %d, and nothing begins", (length) => {
    const read = () => needs("k".repeat(length), { AKOOL_CLIENT_ID: "c" });

    expect(read).toThrow(UsageError);
    expect(read).toThrow(`has ${length} characters, and AKOOL's have 16, 24 or 32`);
    expect(read).not.toThrow(/kkk/);
  });

  it("are not expected without a client id, whatever the key", () => {
    expect(() => needs("short")).not.toThrow();
  });
});

describe("the address for webhooks", () => {
  const simulated = {
    AKOOL_API_KEY: "key",
    AKOOL_BASE_URL: "http://127.0.0.1:8788/api/open",
    AKOOL_CLIENT_ID: "client",
  };
  const addressWith = (change: Record<string, string>) =>
    webhookAddress({ ...simulated, ...change }, "http://127.0.0.1:8787");

  it("is the API's route, for a simulator of AKOOL on this machine", () => {
    expect(addressWith({})).toEqual({ url: "http://127.0.0.1:8787/webhooks/akool" });
  });

  it("is none for AKOOL itself, which cannot call this machine", () => {
    expect(addressWith({ AKOOL_BASE_URL: "https://openapi.akool.com/api/open" })).toEqual({
      obstacle: "AKOOL cannot call this machine",
    });
  });

  it("is none without a client id, without which no webhook is believed", () => {
    const { AKOOL_CLIENT_ID: _none, ...settings } = simulated;

    expect(webhookAddress(settings, "http://127.0.0.1:8787")).toEqual({
      obstacle: "AKOOL_CLIENT_ID is not set",
    });
  });
});

it("the demonstration asks its simulator, often", () => {
  expect(demoSettings("http://127.0.0.1:1", "key")).toEqual({
    AKOOL_BASE_URL: "http://127.0.0.1:1",
    AKOOL_API_KEY: "key",
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "3",
  });
});
