import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResultFile, VideoFile } from "@akool-archiver/akool-simulator/result-file.ts";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { synthesize } from "#local/stack/synthesize.ts";
import { type ServingProcess, startServing } from "./serving-process.ts";

/** Another seed, `SIGKILL_SEED=…`, kills at other moments. */
const SEED = Number(process.env.SIGKILL_SEED ?? 20_261_122);

const FILES: readonly VideoFile[] = [
  { kind: "sample" },
  { kind: "slow", bytesPerSecond: 150_000 },
  { kind: "generated", bytes: 6_000_000 },
];

let data: string;
let akool: AkoolSimulator;
let busName: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "sigkill-"));
  akool = await startAkoolSimulator();
  busName = (await synthesize()).eventBus.name;
});
afterEach(async () => {
  await akool.close();
  await rm(data, { recursive: true });
});

/** Numbers in [0, 1), always the same for a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = seeded(SEED);
const upTo = (limit: number) => Math.floor(random() * limit);

/** The jobs that the service has taken on, and what their files have to be. */
const accepted = new Map<string, VideoFile>();

function addJob(): { id: string; file: VideoFile } {
  const file = FILES[upTo(FILES.length)] ?? { kind: "sample" };
  const end: { kind: "complete"; file: ResultFile } = { kind: "complete", file };
  return { id: akool.addJob({ queueMs: upTo(1_500), processMs: upTo(3_000), end }), file };
}

/** From when the moment of a kill is counted. */
const LIVES = [
  "first acceptance",
  "ready",
  "start",
  "first acceptance",
  "ready",
  "first acceptance",
] as const;

/** Submits jobs by both entryPoints, without waiting for answers, until the process dies. */
async function submitUntilDeath(service: ServingProcess, onAccepted: () => void): Promise<void> {
  const submissions: Promise<void>[] = [];
  const record = async ({ id, file }: ReturnType<typeof addJob>, asked: Promise<boolean>) => {
    // The kill comes in the middle of a request: then nothing was promised.
    if (!(await asked.catch(() => false))) return;
    accepted.set(id, file);
    onAccepted();
  };
  while (!service.dead()) {
    const [byApi, byBus] = [addJob(), addJob()];
    submissions.push(
      record(byApi, service.submit(byApi.id)),
      record(byBus, service.request(busName, byBus.id)),
    );
    await sleep(upTo(600));
  }
  await Promise.all(submissions);
}

/** Starts the process, gives it work, and kills it. */
async function liveAndDie(since: (typeof LIVES)[number], killAfterMs: number): Promise<void> {
  const service = startServing(data, akool.baseUrl);
  if (since === "start") {
    await sleep(killAfterMs);
    return service.kill();
  }
  await service.ready();
  const { promise: firstAcceptance, resolve: onAccepted } = Promise.withResolvers<void>();
  const submitting = submitUntilDeath(service, onAccepted);
  if (since === "first acceptance") await firstAcceptance;
  await sleep(killAfterMs);
  await service.kill();
  await submitting;
}

it("no accepted job is lost, whenever the process is killed", async () => {
  for (const since of LIVES) await liveAndDie(since, upTo(2_500));

  const service = startServing(data, akool.baseUrl);
  await service.ready();
  const open = new Set(accepted.keys());
  await vi.waitUntil(
    async () => {
      for (const id of open) if ((await service.statusOf(id)) === "archived") open.delete(id);
      return open.size === 0;
    },
    { timeout: 60_000, interval: 250 },
  );
  await service.stop();

  expect(accepted.size).toBeGreaterThanOrEqual(LIVES.length / 2);
  for (const [id, file] of accepted) {
    const bytes = await readFile(join(data, "videos", `${id}.mp4`));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(await resultSha256(file));
  }
}, 120_000);
