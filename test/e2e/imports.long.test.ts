import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Json } from "./served.ts";
import { startServing } from "./serving-process.ts";

/** More than one batch of a hundred. */
const LINES = 150;
const CASES = { timeout: 240_000 };

let data: string;
let akool: AkoolSimulator;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "imports-"));
  akool = await startAkoolSimulator();
});
afterEach(async () => {
  await akool.close();
  await rm(data, { recursive: true });
});

const addJob = () => akool.addJob({ queueMs: 0, processMs: 0, end: { kind: "fail" } });

async function post(url: string, body: unknown): Promise<Json> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return answer.json();
}

async function get(url: string): Promise<Json> {
  const answer = await fetch(url);
  return answer.json();
}

it(
  "an import is carried to its end though the process is killed, and may be repeated",
  CASES,
  async () => {
    const ids = Array.from({ length: LINES }, addJob);
    const lines = [...ids.map((id) => JSON.stringify(id)), "{oops", JSON.stringify(ids[0])];
    const first = startServing(data, akool.baseUrl);
    const { api, s3, importBucket } = await first.ready();
    const client = new S3Client({
      endpoint: s3,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
    });
    const object = { bucket: importBucket, key: "imports/list.jsonl" };
    await client.send(
      new PutObjectCommand({ Bucket: object.bucket, Key: object.key, Body: lines.join("\r\n") }),
    );
    const { importId } = await post(`${api}/imports`, { source: object });
    const hasBegun = ({ state, progress }: Json) => state !== "running" || progress?.done > 0;
    await vi.waitUntil(async () => hasBegun(await get(`${api}/imports/${importId}`)), {
      timeout: 120_000,
      interval: 20,
    });
    await first.kill();

    const second = startServing(data, akool.baseUrl);
    const { api: newApi } = await second.ready();
    const ended = async (id: string) => {
      for (;;) {
        const view = await get(`${newApi}/imports/${id}`);
        if (view.state !== "running") return view;
        await sleep(100);
      }
    };
    const carried = await ended(importId);
    const repeated = await post(`${newApi}/imports`, {
      source: `s3://${object.bucket}/${object.key}`,
    });
    const again = await ended(repeated.importId);
    const report = await (await fetch(carried.report[0].url)).text();
    const jobs = await Promise.all(ids.map((id) => get(`${newApi}/jobs/${id}`)));
    await second.stop();

    expect(carried).toMatchObject({ state: "succeeded", lines: LINES + 2 });
    expect(carried.outcomes).toMatchObject({ malformed: 1, not_started: 0 });
    const { started, already_followed, ended: over } = carried.outcomes;
    expect(started + already_followed + over).toBe(LINES + 1);
    const reported = report
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(reported.map(({ line }) => line).toSorted((a, b) => a - b)).toEqual(
      lines.map((_line, index) => index + 1),
    );
    expect(reported).toContainEqual({
      line: LINES + 1,
      outcome: "malformed",
      reason: "the line is not JSON",
    });
    expect(again.outcomes).toMatchObject({ started: 0, malformed: 1, not_started: 0 });
    expect(jobs.map(({ attempt }) => attempt)).toEqual(ids.map(() => 1));
  },
);
