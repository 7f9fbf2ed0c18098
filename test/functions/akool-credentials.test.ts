import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { akoolCredentialsOf } from "#functions/akool-credentials.ts";
import { logger } from "#functions/logging.ts";
import { serve, type TestServer } from "#test/support/http-server.ts";

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
