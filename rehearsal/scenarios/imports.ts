import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { IMPORT_PREFIX } from "#domain/imports/import-source.ts";
import { call, jsonOf } from "./client.ts";
import { invoke } from "./functions.ts";
import { reaches, SCRIPTS } from "./jobs.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { until } from "./until.ts";

/** What imports do. The functions are called one by one where the distributed map cannot be run. */
export const importScenarios: readonly Scenario[] = [
  { name: "the functions of an import number, submit and count its lines", run: callFunctions },
  {
    name: "an import is run by its state machine",
    waitsFor: ["itemBatcher"],
    run: runImport,
  },
];

const planSchema = z.object({ lines: z.number(), key: z.string(), report: z.string() });

async function callFunctions(stage: Stage): Promise<void> {
  const { akool, aws, stack } = stage;
  const Bucket = stack.output("ImportBucketName");
  const ids = [akool.addJob(SCRIPTS.isFinished), akool.addJob(SCRIPTS.fails)];
  const importId = randomUUID();
  const source = { bucket: Bucket, key: `${IMPORT_PREFIX}rehearsal.txt` };
  const put = (Key: string, Body: string) =>
    aws.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  await put(source.key, [...ids, "no!"].join("\n"));

  const plan = planSchema.parse(await invoke(stage, "PlanImport", { importId, source }));
  assert.equal(plan.lines, 3);
  const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key: plan.key }));
  const lines = ((await Body?.transformToString()) ?? "").trimEnd().split("\n");
  const Items = lines.map((line): unknown => JSON.parse(line));
  const batch = { BatchInput: { importId }, Items };
  const results = z
    .array(z.looseObject({ outcome: z.string() }))
    .parse(await invoke(stage, "SubmitLines", { batch, lastTry: true }));
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ["started", "started", "malformed"],
  );

  const report = results.map((result) => `${JSON.stringify(result)}\n`).join("");
  const [Key, manifest] = [`${plan.report}/SUCCEEDED_0.jsonl`, `${plan.report}/manifest.json`];
  await put(Key, report);
  await put(
    manifest,
    JSON.stringify({ ResultFiles: { SUCCEEDED: [{ Key, Size: report.length }] } }),
  );
  const summary = await invoke(stage, "SummarizeImport", {
    importId,
    lines: plan.lines,
    manifest: { Bucket, Key: manifest },
  });
  const counts = z.object({ outcomes: z.record(z.string(), z.number()) }).parse(summary).outcomes;
  assert.deepEqual([counts.started, counts.malformed, counts.not_started], [2, 1, 0]);
  await reaches(stage, ids[0] ?? "", "archived");
  await reaches(stage, ids[1] ?? "", "failed");
}

const startedSchema = z.object({ importId: z.string() });
const stateSchema = z.object({
  state: z.string(),
  outcomes: z.optional(z.record(z.string(), z.number())),
});

async function runImport(stage: Stage): Promise<void> {
  const jobs = [1, 2, 3].map(() => stage.akool.addJob(SCRIPTS.isFinished));
  const begun = await call(stage, "POST", "/imports", { jobs });
  assert.equal(begun.status, 202, begun.body.toString());
  const { importId } = jsonOf(begun, startedSchema);
  const ended = await until("the import's end", async () => {
    const told = jsonOf(await call(stage, "GET", `/imports/${importId}`), stateSchema);
    return told.state !== "running" && told;
  });
  assert.deepEqual([ended.state, ended.outcomes?.started], ["succeeded", 3]);
}
