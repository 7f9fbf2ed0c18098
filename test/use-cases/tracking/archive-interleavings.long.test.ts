import { dynaliteTable, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sidecarPlace, videoPlace } from "#archive/upload/places.ts";
import type { JobStore } from "#aws/job-store.ts";
import { media } from "#test/archive/content/media.ts";
import {
  BUCKET,
  type CopyFixture,
  checksumOf,
  copyFixture,
  video,
} from "#test/archive/copy/copy-fixture.ts";
import { completedJob, EXECUTION } from "#test/support/jobs.ts";
import { PLAIN_STORAGE } from "#test/support/key-template.ts";
import { testDependencies } from "#test/support/tracking.ts";
import { type ArchiveDependencies, archiveJob } from "#use-cases/tracking/archive-job.ts";

/** What becomes of one call: it is carried out, or it is and its answer is lost, or it never comes. */
const FATES = ["done", "done", "done", "done", "done", "answer lost", "not done"] as const;

const plan = fc.record({
  /** Which run goes on, for how many calls while the others stall, and what becomes of the last. */
  turns: fc.array(
    fc.record({
      run: fc.nat(2),
      calls: fc.integer({ min: 1, max: 8 }),
      fate: fc.constantFrom(...FATES),
    }),
    { minLength: 10, maxLength: 30 },
  ),
  runs: fc.integer({ min: 2, max: 3 }),
});

/** As many calls as a run makes at most, and some more. */
const TO_ITS_END = 20;

/** Two runs take turns: each stalls behind so many calls while the other goes on; then both end. */
function stalls(...calls: number[]): [{ turns: Turn[]; runs: number }] {
  const ends = [TO_ITS_END, TO_ITS_END];
  const turns = [...calls, ...ends].map(
    (count, index): Turn => ({ run: index % 2, calls: count, fate: "done" }),
  );
  return [{ turns, runs: 2 }];
}

/** `INTERLEAVINGS=2000` draws more of them, for as long as that takes. */
const RANDOM = Number(process.env.INTERLEAVINGS ?? 30);

const STALLS = [
  // Whatever the first run has done or not, and the second one has seen of it or not.
  ...[2, 3, 4, 5, 6, 7].flatMap((first) =>
    [3, 4, 5, 6, 7, 8].map((second) => stalls(first, second)),
  ),
  // The second run has replaced the first one's video, and is itself replaced before it writes the sidecar.
  ...[6, 7].flatMap((second) => [8, 9, 10].map((third) => stalls(4, second, third))),
];

/** Where every answer is an MP4 file, and where every other one is of another kind: at another key. */
const ONE_KIND = "/one-kind.mp4";
const TWO_KINDS = "/two-kinds.mp4";

type Fate = (typeof FATES)[number];
interface Turn {
  run: number;
  calls: number;
  fate: Fate;
}

let table: TestStore;
let fixture: CopyFixture;
let source: TestServer;
let counter = 0;

beforeAll(async () => {
  table = await dynaliteTable();
  fixture = await copyFixture();
  // Every answer is another file: whatever is mixed up shows. All are stored in one request, since
  // the parts of a larger one go at once, and a run is to do one thing at a time.
  let answers = 0;
  source = await serve(({ url }, response) => {
    answers += 1;
    const isAudio = url === TWO_KINDS && answers % 2 === 0;
    response.end(isAudio ? media("audio.wav") : video(1_000 + (answers % 500), answers));
  });
});
afterAll(async () => {
  await source.close();
  await fixture.close();
  await table.close();
});

/** Lets runs go on one call at a time, in an order that the plan gives. */
class Stage {
  readonly #waiting = new Map<number, (fate: Fate) => void>();
  #live = 0;
  #flaw: Error | undefined;
  #quiet = () => {};

  async call<Result>(run: number, act: () => Promise<Result>): Promise<Result> {
    if (this.#waiting.has(run)) {
      this.#flaw = new Error(`run ${run} makes two calls at once, which no plan tells apart`);
      throw this.#flaw;
    }
    const fate = await new Promise<Fate>((go) => {
      this.#waiting.set(run, go);
      this.#tell();
    });
    if (fate === "not done") throw new Error("the call never came");
    const result = await act();
    if (fate === "answer lost") throw new Error("the answer was lost");
    return result;
  }

  enter(run: () => Promise<unknown>): void {
    this.#live += 1;
    run()
      .catch(() => {})
      .finally(() => {
        this.#live -= 1;
        this.#tell();
      });
  }

  async play(turns: readonly Turn[]): Promise<void> {
    for (const { run, calls, fate } of turns) {
      for (let call = 1; call <= calls; call++) await this.#go(run, call === calls ? fate : "done");
    }
    while (this.#live > 0) for (const run of [0, 1, 2]) await this.#go(run, "done");
    if (this.#flaw !== undefined) throw this.#flaw;
  }

  async #go(run: number, fate: Fate): Promise<void> {
    await this.#allWait();
    const go = this.#waiting.get(run);
    this.#waiting.delete(run);
    go?.(fate);
  }

  /** Every run does one thing at a time, so all stand still when as many calls wait. */
  async #allWait(): Promise<void> {
    if (this.#waiting.size === this.#live) return;
    await new Promise<void>((resolve) => {
      this.#quiet = resolve;
    });
  }

  #tell(): void {
    if (this.#waiting.size === this.#live) this.#quiet();
  }
}

function staged(dependencies: ArchiveDependencies, stage: Stage, run: number): ArchiveDependencies {
  const s3 = fixture.newClient();
  s3.middlewareStack.add((next) => (args) => stage.call(run, () => next(args)), {
    step: "initialize",
  });
  const { get, replace } = dependencies.store;
  const store: JobStore = {
    ...dependencies.store,
    get: (id) => stage.call(run, () => get(id)),
    replace: (read, next) => stage.call(run, () => replace(read, next)),
  };
  return { ...dependencies, s3, store, copier: fixture.copier(source.origin, { s3 }) };
}

function portsFor(s3: S3Client): ArchiveDependencies {
  return {
    ...testDependencies(table),
    copier: fixture.copier(source.origin, { s3 }),
    subtitles: { copySubtitles: () => Promise.reject(new Error("there are none")) },
    copyTimeoutMs: 20_000,
    s3,
    bucket: BUCKET,
    archiverVersion: "1.2.3",
    ...PLAIN_STORAGE,
  };
}

async function textAt(key: string): Promise<Buffer> {
  const { Body } = await fixture.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

it.each([ONE_KIND, TWO_KINDS])(
  "however the calls of several runs interleave, record, sidecar and bucket tell of one file: %s",
  async (path) => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ turns, runs }) => {
        const videoModelId = `interleaved-${counter++}`;
        const dependencies = portsFor(fixture.s3);
        const akool = { _id: videoModelId, video: `${source.origin}${path}` };
        await dependencies.store.create({ ...completedJob(), videoModelId, akool });
        const input = { request: { videoModelId }, execution: EXECUTION };
        const stage = new Stage();

        for (let run = 0; run < runs; run++) {
          // As the workflow does: what fails is repeated.
          const using = staged(dependencies, stage, run);
          stage.enter(() => archiveJob(using, input).catch(() => archiveJob(using, input)));
        }
        await stage.play(turns);
        for (let tries = 0; tries < 3; tries++)
          await archiveJob(dependencies, input).catch(() => {});

        const job = await dependencies.store.get(videoModelId);
        const stored = await textAt(String(job?.archive?.key));
        const sidecar = JSON.parse(
          String(await textAt(sidecarPlace(videoPlace(BUCKET, videoModelId)).key)),
        );
        const { bytes, checksum } = { bytes: stored.length, checksum: checksumOf(stored) };
        expect(job).toMatchObject({ status: "archived", archive: { bytes, checksum } });
        expect(sidecar).toMatchObject({ files: [{ bytes, checksum }] });
      }),
      { numRuns: RANDOM + STALLS.length, examples: STALLS },
    );
  },
  Math.max(240_000, RANDOM * 2_000),
);
