import { connect } from "node:net";
import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import {
  type AkoolSimulator,
  defaultApiKey,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { operationOf, operations } from "./fuzz/document.ts";
import { faultsOf } from "./fuzz/judge.ts";
import { importsInEveryState } from "./fuzz/known-imports.ts";
import { rawClient } from "./fuzz/raw-client.ts";
import {
  type FuzzRequest,
  hostileRequest,
  shown,
  strayRequest,
  validRequest,
} from "./fuzz/requests.ts";
import type { Known } from "./fuzz/schema-values.ts";
import { type Served, serveWith } from "./served.ts";

/** Requests in all; a longer search takes `FUZZ_RUNS=20000`, another one `FUZZ_SEED=…`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 1_500);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_122);
const TIMEOUT = 60_000 + RUNS * 60;

const PROBLEM = /urn:akool-video-archiver:problem:([\w-]+)/g;
/** Refusals that no request alone brings about: it takes a fault, a setting, AKOOL's verdict, or time. */
const OUT_OF_REACH = new RegExp(
  " (?:internal-error|akool-\\w+|submission-in-progress|submission-unknown|video-expired|" +
    "not-permitted|budget-reached|video-deleted|video-not-restored|companion-lost)$",
);

let akool: AkoolSimulator;
let served: Served;
let client: ReturnType<typeof rawClient>;
let known: Known;
/** How often an operation gave an answer: `getJob 404` → 17. */
const seen = new Map<string, number>();
/** Refusals that an operation gave: `getJob job-not-found`. */
const refusals = new Set<string>();

beforeAll(async () => {
  akool = await startAkoolSimulator();
  served = await serveWith(akool, defaultApiKey, {
    POLL_MIN_SECONDS: "20",
    POLL_MAX_SECONDS: "40",
  });
  client = rawClient(served.ready.api);
  const jobs = await jobsInEveryState();
  known = { ...jobs, ...(await importsInEveryState(served, jobs.videoModelId)) };
});
afterAll(async () => {
  if (process.env.FUZZ_RUNS) console.log(Object.fromEntries([...seen].sort()));
  client.close();
  expect(await served.close()).toBe(0);
  await akool.close();
});

/** Jobs that have ended in several ways, one that goes on, and ids that nobody knows. */
async function jobsInEveryState() {
  const job = (end: JobScript["end"]) => akool.addJob({ queueMs: 0, processMs: 0, end });
  const file = { kind: "sample" } as const;
  const companions = {
    original_srt: { file: { kind: "text", body: "1\n00:00:00,000 --> 00:00:01,000\nHello\n" } },
    no_caption_video: { file: { kind: "status", status: 404 } },
  } as const;
  const ended = [
    job({ kind: "complete", file }),
    job({ kind: "complete", file, companions }),
    job({ kind: "fail" }),
  ];
  const cancelled = job({ kind: "never" });
  const running = job({ kind: "never" });
  for (const videoModelId of [...ended, cancelled, running]) {
    await served.call("submitJob", { body: { videoModelId, tags: { team: "film" } } });
  }
  await served.call("cancelJob", { parameters: { videoModelId: cancelled } });
  await vi.waitUntil(async () => {
    const { body } = await served.call("listJobs", { query: { limit: "100" } });
    const open = body.jobs.filter(({ status }: { status: string }) =>
      ["accepted", "completed"].includes(status),
    );
    return open.length === 0;
  }, 180_000);
  const page = await served.call("listJobs", { query: { limit: "1" } });
  const keys = ["a", "b", "a.b~c:d=e_f-g"];
  return {
    "listCharacterSwaps.cursor": [await cursorOfSwaps(keys)],
    groupBy: ["day", "product"],
    videoModelId: [...ended, cancelled, running, "00000000", "nobody-knows-this-one"],
    idempotencyKey: keys,
    "Idempotency-Key": keys,
    cursor: [page.body.cursor],
    tag: ["team:film", "a:"],
  };
}

async function cursorOfSwaps(keys: readonly string[]): Promise<string> {
  for (const key of keys.slice(0, 2)) {
    await served.call("createCharacterSwap", {
      headers: { "Idempotency-Key": key },
      body: { image: "https://inputs.example/a.png", video: "https://inputs.example/a.mp4" },
    });
  }
  const { body } = await served.call("listCharacterSwaps", { query: { limit: "1" } });
  return body.cursor;
}

/** Sends it, notes what came, and says what is wrong with that. */
async function faults(request: FuzzRequest): Promise<string[]> {
  const answer = await client.send(request).catch((error: Error) => error);
  if (answer instanceof Error) return faultsOf(request, answer);
  const operation = operationOf(request.method, request.target)?.id ?? "stray";
  const line = `${operation} ${answer.status}`;
  seen.set(line, (seen.get(line) ?? 0) + 1);
  for (const [, problem] of answer.body.matchAll(PROBLEM)) refusals.add(`${operation} ${problem}`);
  return faultsOf(request, answer).map((fault) => `${fault}: ${answer.status} ${answer.body}`);
}

/** Shrinks a request that has faults to the least one that still has some. */
async function search(requests: fc.Arbitrary<FuzzRequest>, share: number): Promise<void> {
  const legible = requests.map((request) =>
    Object.assign(request, { [fc.toStringMethod]: () => shown(request) }),
  );
  await fc.assert(
    fc.asyncProperty(legible, async (request) => {
      expect(await faults(request)).toEqual([]);
    }),
    { seed: SEED, numRuns: Math.ceil(RUNS * share), includeErrorInReport: true },
  );
}

describe("no answer is a 5xx or outside openapi.json", () => {
  it(
    "to requests by the document, none of which is refused as invalid",
    async () => {
      await search(validRequest(known), 0.3);
    },
    TIMEOUT,
  );

  it(
    "to requests with anything wrong in them",
    async () => {
      await search(hostileRequest(known), 0.5);
    },
    TIMEOUT,
  );

  it(
    "to requests for what is not declared: they are API Gateway's",
    async () => {
      await search(strayRequest(known), 0.2);
    },
    TIMEOUT,
  );

  it.each([
    [
      "a tag called constructor",
      "POST",
      "/jobs",
      '{"videoModelId":"not-yet-followed","tags":{"constructor":"x"}}',
    ],
    [
      "a creation without a key",
      "POST",
      "/character-swaps",
      '{"image":"https://inputs.example/a.png","video":"https://inputs.example/a.mp4"}',
    ],
    [
      "an encoded slash in a parameter",
      "POST",
      "/character-swaps/a%2Fb/settlement",
      '{"release":true}',
    ],
    [
      "bounds the wrong way round",
      "GET",
      "/jobs?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
      undefined,
    ],
    ["a body that is not asked for", "DELETE", "/jobs/00000000", "surprise"],
  ])("to %s, which an earlier search has found", async (_name, method, target, text) => {
    const request: FuzzRequest = {
      method,
      target,
      headers: [["Content-Type", "application/json"]],
      body: text === undefined ? undefined : Buffer.from(text),
      valid: false,
    };

    expect(await faults(request)).toEqual([]);
  });

  it.each(operations)("to a body of megabytes: $id", async ({ method, path }) => {
    for (const megabytes of [1, 5, 7, 11]) {
      const request: FuzzRequest = {
        method,
        target: path.replace(/\{\w+\}/g, "00000000"),
        headers: [["Content-Type", "application/json"]],
        body: Buffer.alloc(megabytes * 1024 * 1024, "1"),
        valid: false,
      };

      expect(await faults(request), `${megabytes} MB`).toEqual([]);
    }
  });

  it("and what is no HTTP at all does not end the process", async () => {
    for (const bytes of [
      "\0\0\0\0",
      "GET\r\n\r\n",
      "GET /jöbs HTTP/1.1\r\n\r\n",
      "POST /jobs HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(served.ready.api).port), "127.0.0.1");
        socket.on("error", () => undefined).on("close", () => resolve());
        socket.resume();
        socket.end(bytes);
      });
    }

    expect(await served.call("getHealth")).toMatchObject({ status: 200, body: { status: "ok" } });
  });
});

describe("the search", () => {
  it("has come to every operation's success and refusals", () => {
    // A creation at the simulator always has an outcome: there is nothing to settle.
    const unreached = operations
      .filter(({ id }) => id !== "settleCharacterSwap")
      .filter(({ id }) => ![200, 202, 302].some((status) => seen.has(`${id} ${status}`)));

    expect(unreached.map(({ id }) => id)).toEqual([]);
    const declared = operations.flatMap(({ id, responses }) =>
      Object.values(responses).flatMap(({ description }) =>
        [...description.matchAll(PROBLEM)].map(([, problem]) => `${id} ${problem}`),
      ),
    );
    expect(
      declared.filter((refusal) => !refusals.has(refusal) && !OUT_OF_REACH.test(refusal)),
    ).toEqual([]);
    expect(seen.get("stray 404")).toBeGreaterThan(0);
  });
});
