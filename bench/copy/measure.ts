import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { type Contender, contenderEnvironment, type Race } from "./contenders.ts";
import { BENCH_BUCKET } from "./copy-function.ts";

const run = promisify(execFile);

const measured = z.object({ seconds: z.number(), cpuSeconds: z.number(), peakBytes: z.number() });

/** What one run of a contender took. */
export interface Measured extends z.infer<typeof measured> {
  /** That the store has counted. */
  storeRequests: number;
}

/** A contender failed. */
class BrokenRun extends Error {
  override readonly name = "BrokenRun";
}

/**
 * Runs a contender once and checks that the store has received every byte.
 *
 * @param timesFile where GNU time writes what another program took
 * @throws BrokenRun
 */
export async function measure(
  contender: Contender,
  race: Race,
  timesFile: string,
): Promise<Measured> {
  const [program, ...args] = contender.command(race);
  const options = { env: contenderEnvironment(race), maxBuffer: 1e8 };
  await countRequests(race);
  const result = contender.ours
    ? measured.parse(JSON.parse((await run(program, args, options)).stdout))
    : await measureProgram([program, ...args], options, timesFile);
  // Each copy of a process asks the same.
  const storeRequests = (await countRequests(race)) / (contender.copies ?? 1);
  if (contender.stores) await assertStored(contender, race);
  return { ...result, storeRequests };
}

/**
 * Takes the time around a program in microseconds: GNU time cuts it off to hundredths of a second, which
 * is a tenth of a small copy. (`command`, since `time` alone is a word of bash.)
 */
const CLOCKED = `
  began=$EPOCHREALTIME
  command time -f "%U %S %M" -o "$0" -- "$@"
  status=$?
  echo "$began $EPOCHREALTIME" >> "$0"
  exit $status`;

/** CPU is that of all processes, the peak that of the largest. */
async function measureProgram(
  command: readonly string[],
  options: { env: NodeJS.ProcessEnv },
  timesFile: string,
): Promise<z.infer<typeof measured>> {
  await run("bash", ["-c", CLOCKED, timesFile, ...command], options);
  const text = await readFile(timesFile, "utf8");
  const [user = 0, system = 0, peakKib = 0, began = 0, ended = 0] = text
    .trim()
    .split(/\s+/)
    .map(Number);
  return { seconds: ended - began, cpuSeconds: user + system, peakBytes: peakKib * 1024 };
}

/** How many requests the store has received since the last call. */
async function countRequests({ endpoint }: Race): Promise<number> {
  return Number(await (await fetch(`${endpoint}/-/requests`)).text());
}

async function assertStored(contender: Contender, race: Race): Promise<void> {
  const s3 = new S3Client({
    endpoint: race.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  });
  const head = await s3.send(new HeadObjectCommand({ Bucket: BENCH_BUCKET, Key: race.key }));
  s3.destroy();
  if (head.ContentLength !== race.bytes) {
    throw new BrokenRun(`${contender.name} stored ${head.ContentLength} of ${race.bytes} bytes`);
  }
}
