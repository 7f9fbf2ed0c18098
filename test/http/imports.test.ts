import { gzipSync } from "node:zlib";
import { executionArnOf } from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, openApi } from "./api-harness.ts";

const ID = "689174694b4dbdd4ab3d28c9";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const create = (body: unknown) => api.call("POST /imports", { body });
const find = (importId: string) => api.call(`GET /imports/${importId}`);

function executionOf(importId: string) {
  const arn = executionArnOf(api.importMachine, importId);
  const execution = api.executions.get(arn);
  if (execution === undefined) throw new Error(`no import ${importId} was started`);
  return { arn, execution };
}

async function objectText(bucket: string, key: string): Promise<string> {
  const s3 = new S3Client({ endpoint: api.s3Endpoint });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? "";
}

describe("POST /imports", () => {
  it("lays the jobs of the request into the bucket, a line each, and starts the machine", async () => {
    const job = { videoModelId: ID, tags: { project: "a" }, deadlineHours: 6 };

    const { status, headers, body } = await create({ jobs: [ID, job] });

    expect(status).toBe(202);
    expect(headers.location).toBe(`/imports/${body.importId}`);
    const { execution } = executionOf(body.importId);
    expect(JSON.parse(execution.input)).toEqual({
      importId: body.importId,
      source: { bucket: "imports", key: `runs/${body.importId}/inline.jsonl` },
    });
    const text = await objectText("imports", `runs/${body.importId}/inline.jsonl`);
    expect(text).toBe(`"${ID}"\n${JSON.stringify(job)}\n`);
  });

  it("takes the jobs as a list alone, in the spellings of lists", async () => {
    const job = {
      videoModelId: ` ${ID} `,
      tags: { n: 7, yes: true, no: null },
      deadlineHours: null,
    };

    const { status, body } = await create([ID, job]);

    expect(status).toBe(202);
    const text = await objectText("imports", `runs/${body.importId}/inline.jsonl`);
    expect(text).toBe(`"${ID}"\n${JSON.stringify(job)}\n`);
  });

  it.each(["text/csv", "text/plain; charset=utf-8", "application/jsonl", "application/x-ndjson"])(
    "takes a body of %s for the list itself, as it is",
    async (type) => {
      const list = `videoModelId,team\r\n${ID},"ä"\r\n`;

      const { status, body } = await api.call("POST /imports", {
        body: list,
        headers: { "content-type": type },
      });

      expect(status).toBe(202);
      expect(await objectText("imports", `runs/${body.importId}/inline.jsonl`)).toBe(list);
    },
  );

  it("takes bytes as well, which come in Base64", async () => {
    const list = gzipSync(`${ID}\n`);

    const { status, body } = await api.call("POST /imports", {
      body: list,
      headers: { "content-type": "application/gzip" },
    });

    expect(status).toBe(202);
    const s3 = new S3Client({ endpoint: api.s3Endpoint });
    const Key = `runs/${body.importId}/inline.jsonl`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "imports", Key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(list)).toBe(true);
  });

  it.each([
    ["application/x-www-form-urlencoded", ID, 415],
    ["text/html", ID, 415],
    ["text/csvx", ID, 415],
    ["text/csv", "", 400],
    ["text/csv", "x".repeat(1024 * 1024 + 1), 413],
  ])("refuses a body of %s that is none", async (type, text, expected) => {
    const answer = await api.call("POST /imports", {
      body: text,
      headers: { "content-type": type },
    });

    expect(answer.status).toBe(expected);
  });

  it.each([
    ["s3://my-lists/videos/a b.jsonl", { bucket: "my-lists", key: "videos/a b.jsonl" }],
    [
      { bucket: "imports", key: "imports/x.jsonl" },
      { bucket: "imports", key: "imports/x.jsonl" },
    ],
  ])("takes %j as the source", async (source, place) => {
    const { status, body } = await create({ source });

    expect(status).toBe(202);
    expect(JSON.parse(executionOf(body.importId).execution.input)).toEqual({
      importId: body.importId,
      source: place,
    });
  });

  it.each(["s3://strangers/imports/x.jsonl", "s3://imports/runs/x.jsonl", "s3://my-lists/other"])(
    "refuses %s, where nobody has said that lines may be read",
    async (source) => {
      const before = api.executions.size;

      const { status, body } = await create({ source });

      expect(status).toBe(403);
      expect(body.type).toBe("urn:akool-video-archiver:problem:import-source-refused");
      expect(api.executions.size).toBe(before);
    },
  );

  it.each([
    ["nothing", {}],
    ["no job", { jobs: [] }],
    ["too many jobs", { jobs: Array.from({ length: 1_001 }, () => ID) }],
    ["an id that none can be", { jobs: ["a b"] }],
    ["a tag that is no value", { jobs: [{ videoModelId: ID, tags: { a: [1] } }] }],
    ["a deadline out of bounds", { jobs: [{ videoModelId: ID, deadlineHours: 169 }] }],
    ["more in tags than may be", [{ videoModelId: ID, tags: { a: "x".repeat(257) } }]],
    ["a job with a field that is none", { jobs: [{ videoModelId: ID, tag: "x" }] }],
    ["both", { jobs: [ID], source: "s3://imports/imports/x" }],
    ["a web address", { source: "https://imports/imports/x" }],
    ["a source without a key", { source: "s3://imports/" }],
  ])("refuses %s as a whole", async (_what, request) => {
    const before = api.executions.size;

    const { status, body } = await create(request);

    expect(status).toBe(400);
    expect(body.type).toBe("urn:akool-video-archiver:problem:invalid-request");
    expect(api.executions.size).toBe(before);
  });

  it("takes a thousand jobs of the greatest length", async () => {
    const jobs = Array.from({ length: 1_000 }, () => ({ videoModelId: "x".repeat(64) }));

    expect((await create({ jobs })).status).toBe(202);
  });
});

describe("GET /imports/{importId}", () => {
  it("shows an import that runs", async () => {
    const { body: created } = await create({ jobs: [ID] });

    const { status, body } = await find(created.importId);

    expect(status).toBe(200);
    expect(body).toEqual(created);
  });

  it("shows how far its lines are", async () => {
    const { body: created } = await create({ jobs: [ID] });
    const { arn } = executionOf(created.importId);
    api.mapRuns.add({
      mapRunArn: `${arn.replace(":execution:", ":mapRun:")}/Lines:1`,
      executionArn: arn,
      stateMachineArn: api.importMachine,
      maxConcurrency: 5,
      startDate: new Date(),
      itemCounts: { total: 1_000, running: 300, succeeded: 200, failed: 100 },
    });

    const { body } = await find(created.importId);

    expect(body.progress).toEqual({
      total: 1_000,
      pending: 400,
      running: 300,
      done: 200,
      failed: 100,
    });
  });

  it("shows what became of the lines, with links to the report", async () => {
    const { body: created } = await create({ jobs: [ID] });
    const { arn, execution } = executionOf(created.importId);
    const outcomes = {
      started: 1,
      already_followed: 0,
      archived: 0,
      ended: 0,
      malformed: 0,
      not_started: 0,
    };
    const file = { bucket: "imports", key: "runs/x/report/y/SUCCEEDED_0.jsonl", bytes: 90 };
    const stopDate = new Date("2026-11-24T12:00:00Z");
    const output = JSON.stringify({ lines: 1, outcomes, report: [file] });
    api.executions.set(arn, { ...execution, status: "SUCCEEDED", stopDate, output });

    const { body } = await find(created.importId);

    expect(body).toMatchObject({
      state: "succeeded",
      endedAt: "2026-11-24T12:00:00.000Z",
      lines: 1,
      outcomes,
      report: [{ ...file, url: expect.stringContaining("X-Amz-Signature=") }],
    });
  });

  it.each([
    [
      "FAILED",
      JSON.stringify({ errorMessage: "the source has no lines" }),
      "the source has no lines",
    ],
    ["TIMED_OUT", "took too long", "took too long"],
  ] as const)("shows why an import %s", async (ended, cause, reason) => {
    const { body: created } = await create({ jobs: [ID] });
    const { arn, execution } = executionOf(created.importId);
    const stopDate = new Date("2026-11-24T12:00:00Z");
    api.executions.set(arn, { ...execution, status: ended, stopDate, error: "Why", cause });

    const { body } = await find(created.importId);

    expect(body).toMatchObject({ state: "failed", failure: { code: "Why", reason } });
  });

  it("does not know an import that was never asked for", async () => {
    const { status, body } = await find("00000000-0000-4000-8000-000000000000");

    expect(status).toBe(404);
    expect(body.type).toBe("urn:akool-video-archiver:problem:import-not-found");
  });

  it("refuses what no import's id can be", async () => {
    expect((await find("x")).status).toBe(400);
  });
});
