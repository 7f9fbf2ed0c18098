import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { akoolCredentialsOf, webhookCredentialsOf } from "#runtime/akool-credentials.ts";
import { meter } from "#runtime/handler.ts";
import { logger } from "#runtime/logging.ts";

const KEY = "plain-words-key-of-akool";

let manager: TestServer;
beforeEach(async () => {
  manager = await serve((_request, response) => {
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ SecretString: JSON.stringify({ apiKey: KEY }) }));
  });
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", manager.origin);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await manager.close();
});

describe("AKOOL's key", () => {
  it.each(["apiKey", "freshApiKey"] as const)(
    "is masked in the log once %s has read it",
    async (read) => {
      const lines: string[] = [];
      vi.spyOn(console, "info").mockImplementation((line: string) => void lines.push(line));
      const write = vi.spyOn(process.stdout, "write").mockImplementation((line) => {
        lines.push(String(line));
        return true;
      });

      const key = await akoolCredentialsOf({
        AKOOL_SECRET_NAME: "akool",
        AKOOL_BASE_URL: "http://127.0.0.1:1",
      })[read]();
      logger.info(`oops: ${key}`);
      write.mockRestore();

      expect(key).toBe(KEY);
      expect(lines.join("")).toContain("oops");
      expect(lines.join("")).not.toContain(KEY);
    },
  );
});

describe("what webhooks are made with", () => {
  it.each([
    ["k".repeat(26), 1],
    ["k".repeat(24), 0],
  ])("is counted and logged once a reading when it opens none: %s", async (key, times) => {
    const count = vi.spyOn(meter, "add").mockReturnValue();
    const warn = vi.spyOn(logger, "warn").mockReturnValue();
    const read = webhookCredentialsOf({ AKOOL_API_KEY: key, AKOOL_CLIENT_ID: "client" });

    await read();
    await read();

    expect(count.mock.calls).toEqual(Array(times).fill(["WebhookSecretUnusable"]));
    expect(warn).toHaveBeenCalledTimes(times);
    expect(JSON.stringify(warn.mock.calls)).not.toContain(key);
  });
});
