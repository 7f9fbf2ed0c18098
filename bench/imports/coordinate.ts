import { batchesOf } from "@akool-archiver/local-aws/engine/map-batches.ts";
import type { ImportFiles } from "#aws/import-files.ts";
import type { ImportLine, LineResult, OutcomeCounts } from "#domain/imports/import.ts";
import type { Job } from "#domain/job/job.ts";
import { fakeExecutions } from "#test/support/executions.ts";
import { memoryJobStore } from "#test/support/memory-jobs.ts";
import { planImport } from "#use-cases/imports/plan-import.ts";
import { submitLines } from "#use-cases/imports/submit-lines.ts";
import { summarizeImport } from "#use-cases/imports/summarize-import.ts";

const BUCKET = "imports";
const MANIFEST = { bucket: BUCKET, key: "manifest" };
const REPORT = { bucket: BUCKET, key: "report" };

/** Lines that a list of ids gets among them. */
const MALFORMED_EVERY = 100;
const REPEATED_EVERY = 50;

/**
 * One import through all of our code, with services that cost nothing: what remains is the cost of
 * the coordination. The batches are the local engine's, and run one after another.
 */
export async function coordinate(lines: number): Promise<OutcomeCounts> {
  const objects = new Map<string, Buffer[]>([["source", [...sourceOf(lines)]]]);
  const files = bufferFiles(objects);
  const importId = "bench";
  const source = { bucket: BUCKET, key: "source" };
  const plan = await planImport({ files, bucket: BUCKET }, { importId, source });
  await files.write(REPORT, reportOf(itemsOf(objects.get(plan.key) ?? [])));
  const Size = objects.get(REPORT.key)?.length ?? 0;
  const manifest = JSON.stringify({ ResultFiles: { SUCCEEDED: [{ Key: REPORT.key, Size }] } });
  objects.set(MANIFEST.key, [Buffer.from(manifest)]);
  const summary = await summarizeImport({ files }, { lines: plan.lines, manifest: MANIFEST });
  return summary.outcomes;
}

/** Outcomes that {@link coordinate} must come to. */
export function expectedOutcomes(lines: number): OutcomeCounts {
  const malformed = Math.floor(lines / MALFORMED_EVERY);
  const repeated = Math.floor(lines / REPEATED_EVERY) - malformed;
  return {
    started: lines - malformed - repeated,
    already_followed: repeated,
    archived: 0,
    ended: 0,
    malformed,
    not_started: 0,
  };
}

function* sourceOf(lines: number): Generator<Buffer> {
  let chunk = "";
  for (let line = 1; line <= lines; line++) {
    if (line % MALFORMED_EVERY === 0) chunk += "{oops\n";
    else {
      const number = line % REPEATED_EVERY === 0 ? line - 1 : line;
      chunk += `{"videoModelId":"${number.toString(16).padStart(24, "0")}"}\n`;
    }
    if (chunk.length < 64 * 1024) continue;
    yield Buffer.from(chunk);
    chunk = "";
  }
  yield Buffer.from(chunk);
}

async function* itemsOf(chunks: readonly Buffer[]): AsyncGenerator<unknown> {
  let rest = "";
  for (const chunk of chunks) {
    const [last = "", ...complete] = `${rest}${chunk.toString("utf8")}`.split("\n").reverse();
    rest = last;
    for (const line of complete.reverse()) yield JSON.parse(line);
  }
}

async function* reportOf(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  const dependencies = {
    store: memoryJobStore(new Map<string, Job>()),
    executions: fakeExecutions(),
    now: Date.now,
    defaultDeadlineHours: 24,
    eventBusName: "events",
    publish: async () => {},
    enterInLedger: async () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
  };
  const limits = { MaxItemsPerBatch: 100, MaxInputBytesPerBatch: 200 * 1024 };
  for await (const { input } of batchesOf(items, {}, limits)) {
    const results = await submitLines(dependencies, input.Items as ImportLine[], false);
    yield results.map((result: LineResult) => `${JSON.stringify(result)}\n`).join("");
  }
}

function bufferFiles(objects: Map<string, Buffer[]>): ImportFiles {
  return {
    async open({ key }) {
      const chunks = objects.get(key) ?? [];
      const body = (async function* () {
        yield* chunks;
      })();
      return { bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0), body };
    },
    async write({ key }, texts) {
      const chunks: Buffer[] = [];
      let gathered = "";
      for await (const text of texts) {
        gathered += text;
        if (gathered.length < 64 * 1024) continue;
        chunks.push(Buffer.from(gathered));
        gathered = "";
      }
      objects.set(key, [...chunks, Buffer.from(gathered)]);
    },
  };
}
