import { createHash } from "node:crypto";
import { join } from "node:path";
import pMap from "p-map";
import * as z from "zod/mini";
import type { MapRun, MapRuns } from "../step-functions/map-runs.ts";
import { type Batch, type BatchLimits, batchesOf } from "./map-batches.ts";
import type { MapFiles } from "./map-files.ts";
import { type ChildOutcome, MapJournal } from "./map-journal.ts";
import { writeMapResults } from "./map-results.ts";
import type { DistributedMap } from "./supported-map.ts";

/** What Map states need; without it, an engine refuses a definition that has one. */
export interface MapSupport {
  files: MapFiles;
  /** Where unfinished runs are kept, so that they survive this process. */
  directory: string;
}

/** One run of a Map state. */
export interface EnteredMap {
  executionArn: string;
  stateMachineArn: string;
  /** The state's payload templates, filled in: see {@link mapParameters}. */
  parameters: unknown;
  /** Stops the run at once; the children's results are kept. */
  signal: AbortSignal;
  /** Runs the item processor. @throws TaskFailure in the words that Step Functions reports */
  runChild(name: string, input: unknown): Promise<unknown>;
}

/**
 * All templates of a Map state in one object, which the interpreter fills in as a Task's
 * Parameters.
 */
export function mapParameters({ ItemReader, ItemBatcher, ResultWriter }: DistributedMap) {
  return {
    reader: ItemReader.Parameters,
    batchInput: ItemBatcher.BatchInput,
    writer: ResultWriter.Parameters,
  };
}

const parametersSchema = z.strictObject({
  reader: z.strictObject({ Bucket: z.string(), Key: z.string() }),
  batchInput: z.json(),
  writer: z.strictObject({ Bucket: z.string(), Prefix: z.string() }),
});

/**
 * Runs a distributed Map state: reads the items, cuts them into batches, runs a child for each, up
 * to a limit at once, and writes their results. Failed children are tolerated. A run that an
 * earlier process started is continued: children that have ended do not run again.
 *
 * @returns the state's result, as Step Functions describes it for ResultWriter
 */
export async function runDistributedMap(
  state: DistributedMap,
  { files, directory }: MapSupport,
  runs: MapRuns,
  entered: EnteredMap,
) {
  const { reader, batchInput, writer } = parametersSchema.parse(entered.parameters);
  const run = beginRun(state, entered);
  runs.add(run);
  const journal = new MapJournal(join(directory, `${idOf(run.mapRunArn)}.jsonl`));
  await journal.open();
  const ended = await endedBatches(journal, run);
  run.itemCounts.total = await countItems(files.items(reader.Bucket, reader.Key));
  const limits: BatchLimits = state.ItemBatcher;
  const batches = batchesOf(files.items(reader.Bucket, reader.Key), batchInput, limits);
  const process = async (batch: Batch) => {
    if (ended.has(batch.index)) return;
    await journal.add(await runBatch(batch, run, entered));
  };
  // It reads from the source only as many items as it can start.
  await pMap(batches, process, { concurrency: state.MaxConcurrency });
  const details = await writeMapResults({ files, directory, journal, run, writer });
  run.stopDate = new Date();
  await journal.remove();
  return { MapRunArn: run.mapRunArn, ResultWriterDetails: details };
}

function beginRun(
  { Label, MaxConcurrency }: DistributedMap,
  { executionArn, stateMachineArn }: EnteredMap,
): MapRun {
  // Made of the execution and the state alone, so that the next process recognises the run.
  const digest = createHash("sha256").update(`${executionArn}/${Label}`).digest("hex");
  const id = digest.slice(0, 32).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return {
    mapRunArn: `${stateMachineArn.replace(":stateMachine:", ":mapRun:")}/${Label}:${id}`,
    executionArn,
    stateMachineArn,
    maxConcurrency: MaxConcurrency,
    startDate: new Date(),
    itemCounts: { total: 0, running: 0, succeeded: 0, failed: 0 },
  };
}

function idOf(mapRunArn: string): string {
  return mapRunArn.slice(mapRunArn.lastIndexOf(":") + 1);
}

async function endedBatches(journal: MapJournal, run: MapRun): Promise<Set<number>> {
  const ended = new Set<number>();
  for await (const outcome of journal.outcomes()) {
    ended.add(outcome.batch);
    count(run, outcome);
  }
  return ended;
}

function count({ itemCounts }: MapRun, { status, items }: ChildOutcome): void {
  if (status === "SUCCEEDED") itemCounts.succeeded += items;
  else itemCounts.failed += items;
}

async function countItems(items: AsyncIterable<unknown>): Promise<number> {
  let total = 0;
  for await (const _item of items) total += 1;
  return total;
}

async function runBatch(batch: Batch, run: MapRun, entered: EnteredMap): Promise<ChildOutcome> {
  const { index, items, input } = batch;
  const described = { batch: index, items };
  run.itemCounts.running += items;
  try {
    const output = await entered.runChild(`${idOf(run.mapRunArn)}-${index}`, input);
    const outcome: ChildOutcome = { ...described, status: "SUCCEEDED", output };
    count(run, outcome);
    return outcome;
  } catch (error) {
    // The child of an interrupted run has not failed; the next process runs it again.
    entered.signal.throwIfAborted();
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const outcome: ChildOutcome = { ...described, status: "FAILED", error: name, cause: message };
    count(run, outcome);
    return outcome;
  } finally {
    run.itemCounts.running -= items;
  }
}
