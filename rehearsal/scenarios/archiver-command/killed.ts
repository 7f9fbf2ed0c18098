import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { reaches, SCRIPTS } from "#rehearsal/scenarios/jobs.ts";
import type { Scenario, Stage } from "#rehearsal/scenarios/scenario.ts";
import { startHoldingProxy } from "./holding-proxy.ts";
import { archiver, archiverJson, startArchiver } from "./packed-command.ts";

/** What dies in the middle, and is called again. */
export const killedCommandScenarios: readonly Scenario[] = [
  { name: "akool-archiver download is killed, and goes on where it stopped", run: download },
  {
    name: "akool-archiver import is killed as it uploads, and begins the second time",
    run: upload,
  },
  {
    name: "akool-archiver import is killed as it waits, and starts nothing twice",
    waitsFor: ["itemBatcher"],
    run: importTwice,
  },
];

/** Small enough for a copy that is not cut into parts. */
const VIDEO = { kind: "generated", bytes: 15_000_000 } as const;

async function download(stage: Stage): Promise<void> {
  const id = stage.akool.addJob({
    ...SCRIPTS.isFinished,
    end: { kind: "complete", file: VIDEO },
  });
  await archiver(stage, ["submit", id]);
  await reaches(stage, id, "archived");
  const directory = join(stage.context.work, "videos");
  const file = join(directory, `${id}.mp4`);
  const args = ["download", id, "--to", directory];

  const kept = await killInTheMiddle(stage, args, file);
  const second = await archiver(stage, args);

  assert.match(second, /checked/);
  assert.ok(kept > 0 && kept < VIDEO.bytes, `killed with ${kept} bytes`);
  const sha256 = createHash("sha256").update(await readFile(file));
  assert.equal(sha256.digest("hex"), await resultSha256(VIDEO));
  assert.match(await archiver(stage, args), /was there already/);
}

const MOST_TRIES = 10;

/** Kills a download when its file begins to grow. @returns the bytes that it has left */
async function killInTheMiddle(
  stage: Stage,
  args: readonly string[],
  file: string,
): Promise<number> {
  for (let tried = 1; tried <= MOST_TRIES; tried += 1) {
    const { child, kill } = await startArchiver(stage, args);
    while ((await sizeOf(`${file}.part`)) === 0 && child.exitCode === null) await turn();
    await kill();
    const kept = await sizeOf(`${file}.part`);
    if (kept > 0 && kept < VIDEO.bytes) return kept;
    // It was faster than its observer.
    await rm(file, { force: true });
    await rm(`${file}.part`, { force: true });
  }
  throw new Error(`no download was caught in the middle, in ${MOST_TRIES} tries`);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** More than the API takes, also when it is packed: it goes by the bucket of imports. */
const LINES = 160_000;
const HELD_AFTER = 2_000_000;

const importSchema = z.object({ importId: z.string(), state: z.string() });

async function upload(stage: Stage): Promise<void> {
  const { aws, context, emulator, stack } = stage;
  const file = join(context.work, "many.txt");
  const lines = Array.from({ length: LINES }, () => randomBytes(16).toString("hex"));
  const list = lines.join("\n");
  await writeFile(file, list);
  const Key = `imports/${createHash("sha256").update(list).digest("hex").slice(0, 32)}.txt`;
  const head = () =>
    aws.s3.send(new HeadObjectCommand({ Bucket: stack.output("ImportBucketName"), Key }));

  const proxy = await startHoldingProxy(emulator.port, HELD_AFTER);
  const endpoint = { AWS_ENDPOINT_URL_S3: `https://127.0.0.1:${proxy.port}` };
  const first = await startArchiver(stage, ["import", file], endpoint);
  try {
    await Promise.race([proxy.held, first.ended().then(({ output }) => assert.fail(output))]);
    await first.kill();
  } finally {
    proxy.close();
  }
  await assert.rejects(head(), "half of a list is not there");

  const begun = importSchema.parse(await archiverJson(stage, ["import", file]));
  assert.equal(begun.state, "running");
  assert.equal((await head()).ContentLength, list.length);
  const seen = importSchema.parse(await archiverJson(stage, ["import", begun.importId]));
  assert.equal(seen.importId, begun.importId);
}

async function importTwice(stage: Stage): Promise<void> {
  const ids = [1, 2, 3].map(() => stage.akool.addJob(SCRIPTS.isFinished));
  const file = join(stage.context.work, "few.txt");
  await writeFile(file, ids.join("\n"));
  const first = await startArchiver(stage, ["import", file, "--wait"]);
  await Promise.all(ids.map((id) => reaches(stage, id, "archived")));
  await first.kill();
  const second = await archiver(stage, ["import", file, "--wait"]);
  assert.match(second, /lines +3/);
  for (const id of ids) assert.equal((await reaches(stage, id, "archived")).attempt, 1);
}
