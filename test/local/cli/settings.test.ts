import { describe, expect, it } from "vitest";
import { demoSettings, trackSettings, webhookAddress } from "#local/cli/settings.ts";
import { UsageError } from "#local/cli/usage-error.ts";

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

  it("refuse a key that no HTTP header can carry, without printing it", () => {
    const read = () => trackSettings(undefined, { AKOOL_API_KEY: "“secret”" });

    expect(read).toThrow(UsageError);
    expect(read).not.toThrow(/secret/);
  });

  it.each(["", "akool", "http://akool.example", "https://user@akool.example", "ftp://localhost"])(
    "refuse %j as AKOOL's address",
    (address) => {
      const read = () => trackSettings(address, KEY);

      expect(read).toThrow(UsageError);
      expect(read).toThrow(/must be a plain https URL/);
    },
  );
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
