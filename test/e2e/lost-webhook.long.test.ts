import {
  type AkoolSimulator,
  defaultApiKey,
  defaultClientId,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Served, serveWith } from "./served.ts";

let akool: AkoolSimulator;
let served: Served;

beforeAll(async () => {
  akool = await startAkoolSimulator();
  served = await serveWith(akool, defaultApiKey, { AKOOL_CLIENT_ID: defaultClientId });
});
afterAll(async () => {
  expect(await served.close()).toBe(0);
  await akool.close();
});

it("a job still ends archived by polling when every webhook is lost", async () => {
  const end = { kind: "complete", file: { kind: "sample" } } as const;
  const webhookUrl = `${served.ready.api}/webhooks/akool`;
  const script = { queueMs: 3_000, processMs: 2_500, end, webhook: { lost: true } };
  const videoModelId = akool.addJob(script, webhookUrl);
  await served.call("submitJob", { body: { videoModelId } });

  const read = () => served.call("getJob", { parameters: { videoModelId } });
  const isArchived = async () => (await read()).body.status === "archived";
  await vi.waitUntil(isArchived, { timeout: 100_000, interval: 50 });

  expect(akool.calls(videoModelId)).toBeLessThan(5);
});
