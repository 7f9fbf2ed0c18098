import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AkoolSimulator,
  defaultApiKey,
  defaultClientId,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommand } from "#test/local/command/runs.ts";
import { serveWith } from "./served.ts";

const PAIR = { AKOOL_CLIENT_ID: defaultClientId, AKOOL_CLIENT_SECRET: defaultApiKey };
const EVERY_SECOND = { POLL_MIN_SECONDS: "1", POLL_MAX_SECONDS: "1" };
const complete = { kind: "complete", file: { kind: "sample" } } as const;
const SOON = { timeout: 60_000, interval: 50 };

let akool: AkoolSimulator;
let data: string;
beforeEach(async () => {
  akool = await startAkoolSimulator();
  data = await mkdtemp(join(tmpdir(), "token-"));
});
afterEach(async () => {
  await akool.close();
  await rm(data, { recursive: true });
});

const ofPath = (end: string) => akool.requests().filter(({ url }) => url.includes(end));

/** How each call to the API proved the account, getToken's aside. */
const proofs = () =>
  [...ofPath("/infobymodelid"), ...ofPath("/create")].map(({ headers }) =>
    [
      headers["x-api-key"] === undefined ? [] : ["x-api-key"],
      headers.authorization === undefined ? [] : ["authorization"],
    ].flat(),
  );

describe("with client id and client secret in the key's place", () => {
  it("jobs are archived with one token, and never with both headers", async () => {
    const ids = [1, 2, 3].map(() => akool.addJob({ queueMs: 0, processMs: 500, end: complete }));

    const { code } = await runCommand(
      ["track", ...ids, "--data", data, "--akool-url", akool.baseUrl, "--json"],
      { environment: { ...EVERY_SECOND, ...PAIR } },
    );

    expect(code).toBe(0);
    expect(ofPath("/v3/getToken").length).toBeLessThanOrEqual(4);
    expect(new Set(proofs().map(String))).toEqual(new Set(["authorization"]));
  }, 120_000);

  it("swaps and webhooks work, also after every token's time was over", async () => {
    const served = await serveWith(akool, "", { ...EVERY_SECOND, ...PAIR });
    try {
      const swap = (key: string) =>
        served.call("createCharacterSwap", {
          headers: { "idempotency-key": key },
          body: { image: "https://example.com/a.png", video: "https://example.com/b.mp4" },
        });
      expect((await swap("first")).status).toBe(202);
      akool.endTokens();
      const { status, body } = await swap("second");
      expect(status).toBe(202);
      const id = body.job.videoModelId;
      akool.updateJob(id, { queueMs: 0, processMs: 0, end: complete });
      await vi.waitUntil(
        async () =>
          (await served.call("getJob", { parameters: { videoModelId: id } })).body.status ===
          "archived",
        SOON,
      );

      expect(served.ready.webhook).toBeDefined();
      expect(new Set(proofs().map(String))).toEqual(new Set(["authorization"]));
    } finally {
      await served.close();
    }
  }, 120_000);
});
