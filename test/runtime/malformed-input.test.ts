import type { Context } from "aws-lambda";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { inputHandler } from "#runtime/handler.ts";

const tags = z.record(z.string().check(z.regex(/^[a-z]*$/, "no name")), z.string());
const context = { functionName: "f", memoryLimitInMB: "256", awsRequestId: "r" };

describe("a malformed input", () => {
  it("that is long and made to be slow to redact is refused at once, in few words", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const handler = inputHandler(
      z.object({ tags, name: z.string() }),
      () => ({}),
      async () => "never",
    );
    const names = Array.from({ length: 50 }, (_, i) => `:${i}${"eyJ-".repeat(25_000)}`);
    const before = process.cpuUsage();

    const input = { tags: Object.fromEntries(names.map((name) => [name, "x"])) };
    const refusal: unknown = await handler(input, context as Context).catch((e: unknown) => e);

    expect(refusal).toMatchObject({ name: "InvalidInput" });
    expect(refusal instanceof Error && Buffer.byteLength(refusal.message)).toBeLessThanOrEqual(
      4_000,
    );
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(4_000);
  });
});
