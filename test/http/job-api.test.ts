import { readFileSync } from "node:fs";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { conclude } from "#domain/job/transition.ts";
import { OPERATIONS } from "#scripts/openapi-operations.ts";
import { acceptedJob, completedJob, DOUBTFUL, START } from "#test/support/jobs.ts";
import { type Api, type ApiAnswer, type ApiRequest, openApi } from "./api-harness.ts";

let api: Api;
let id: string;
let counter = 0;

beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());
beforeEach(() => {
  id = `api-job-${String(counter++).padStart(4, "0")}`;
});

// biome-ignore lint/suspicious/noExplicitAny: the document is read as the JSON that clients read
const document: any = JSON.parse(
  readFileSync(new URL("../../openapi.json", import.meta.url), "utf8"),
);
const ajv = new Ajv2020({ validateFormats: false, strict: false });

/** Calls a route and holds the answer against the document: its status, its type, its schema. */
async function call(route: string, request: ApiRequest = {}): Promise<ApiAnswer> {
  const answer = await api.call(route, request);
  const [method = "", path = ""] = route.split(" ");
  const template = Object.keys(document.paths).find((candidate) =>
    new RegExp(`^${candidate.replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
  const operation = document.paths[template ?? ""]?.[method.toLowerCase()];
  if (operation === undefined) return answer;
  const response = operation.responses[answer.status];
  expect(response, `${route} answered ${answer.status}, which is not documented`).toBeDefined();
  const content = response.content?.[answer.headers["content-type"] ?? ""];
  if (answer.body !== undefined && content !== undefined) {
    const validate = ajv.compile({ ...content.schema, components: document.components });
    expect(validate(answer.body), JSON.stringify(validate.errors)).toBe(true);
  }
  expect(response.content === undefined).toBe(answer.body === undefined || content === undefined);
  return answer;
}

const submit = (body: object = {}) => call("POST /jobs", { body: { videoModelId: id, ...body } });

async function recorded(status: Parameters<typeof conclude>[1], change: object = {}) {
  const job = { ...completedJob(), videoModelId: id, ...change };
  return api.store.create(status === "completed" ? job : conclude(job, status, START));
}

function expectProblem(answer: ApiAnswer, status: number, name: string) {
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer).toMatchObject({
    status,
    body: { status, type: `urn:akool-video-archiver:problem:${name}` },
  });
}

describe("POST /jobs", () => {
  it("starts following: 202 with the job and its place", async () => {
    const answer = await submit({ tags: { team: "film" }, deadlineHours: 6 });

    expect(answer.status).toBe(202);
    expect(answer.headers.location).toBe(`/jobs/${id}`);
    expect(answer.body).toMatchObject({
      videoModelId: id,
      status: "accepted",
      attempt: 1,
      tags: { team: "film" },
      timeline: [{ status: "accepted", attempt: 1 }],
    });
  });

  it("two hundred times at once starts exactly one execution", { tags: ["long"] }, async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => submit()));

    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(199);
    const started = [...api.executions.values()].filter(({ input }) => input.includes(id));
    expect(started).toHaveLength(1);
  });

  it.each([
    [{}, "body.videoModelId"],
    [{ videoModelId: "../x" }, "body.videoModelId"],
    [{ videoModelId: "689174694b4dbdd4ab3d28c9", deadlineHours: -1 }, "body.deadlineHours"],
    [{ videoModelId: "689174694b4dbdd4ab3d28c9", tags: { a: 1 } }, "body.tags.a"],
    [{ videoModelId: "689174694b4dbdd4ab3d28c9", surprise: 1 }, "body"],
    [[], "body"],
    ["{", "not JSON"],
    ['{"videoModelId":"689174694b4dbdd4ab3d28c9","tags":{"__proto__":"a"}}', "__proto__"],
    ['{"videoModelId":"689174694b4dbdd4ab3d28c9","tags":{"a":"\\ud800"}}', "well-formed"],
    ['{"videoModelId":"689174694b4dbdd4ab3d28c9","tags":{"\\udfff":"a"}}', "well-formed"],
    [undefined, "body"],
  ])("refuses %j and names the field", async (body, field) => {
    const answer = await call("POST /jobs", { body });

    expectProblem(answer, 400, "invalid-request");
    expect(answer.body.detail).toContain(field);
  });

  it("takes tags by any name that a string can have", async () => {
    const tags = { constructor: "a", prototype: "b", toString: "c", "😀": "d" };

    const answer = await call("POST /jobs", { body: { videoModelId: id, tags } });

    expect(answer.status).toBe(202);
    expect((await call(`GET /jobs/${id}`)).body.tags).toEqual(tags);
  });

  it("refuses what is not JSON, and what is too large", async () => {
    const text = await call("POST /jobs", {
      body: "{}",
      headers: { "content-type": "text/plain" },
    });
    const large = await call("POST /jobs", { body: `"${"x".repeat(70_000)}"` });

    expectProblem(text, 415, "unsupported-media-type");
    expectProblem(large, 413, "body-too-large");
  });
});

describe("GET /jobs/{videoModelId}", () => {
  it("shows the record with its timeline, without what only the machinery needs", async () => {
    await recorded("failed", { akool: { _id: id, resolution: "720p" } });

    const answer = await call(`GET /jobs/${id}`);

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: "failed", akool: { resolution: "720p" } });
    expect(answer.body.timeline).toHaveLength(3);
    expect(Object.keys(answer.body)).not.toContain("execution");
    expect(Object.keys(answer.body)).not.toContain("version");
  });

  it("shows a fault of the archiver", async () => {
    const fault = { execution: "arn", code: "X", reason: "y", at: acceptedJob().acceptedAt };
    await recorded("completed", { fault });

    expect((await call(`GET /jobs/${id}`)).body.fault).toEqual({
      code: "X",
      reason: "y",
      at: fault.at,
    });
  });

  it("refuses an id that is none, and does not know one that was never followed", async () => {
    expectProblem(await call("GET /jobs/a"), 400, "invalid-request");
    expectProblem(await call(`GET /jobs/${id}`), 404, "job-not-found");
  });
});

describe("GET /jobs", () => {
  it("pages through the jobs by an opaque cursor", async () => {
    for (const n of [1, 2, 3]) {
      await api.store.create({
        ...acceptedJob(),
        videoModelId: `${id}-${n}`,
        tags: { listed: id },
      });
    }
    const query = { tag: `listed:${id}`, limit: "2" };

    const first = await call("GET /jobs", { query });
    const second = await call("GET /jobs", { query: { ...query, cursor: first.body.cursor } });

    expect(first.body.jobs).toHaveLength(2);
    expect(second.body.jobs).toHaveLength(1);
    expect(second.body).not.toHaveProperty("cursor");
  });

  it("filters by status and time, 25 a page by default", async () => {
    await recorded("expired", { acceptedAt: "2030-01-01T00:00:00.000Z" });

    const found = await call("GET /jobs", {
      query: { status: "expired", from: "2030-01-01T00:00:00Z", to: "2030-01-01T00:00:00.1Z" },
    });
    const all = await call("GET /jobs");

    expect(found.body.jobs.map((job: { videoModelId: string }) => job.videoModelId)).toEqual([id]);
    expect(all.body.jobs.length).toBeLessThanOrEqual(25);
  });

  it.each([
    [{ status: "flying" }, "query.status"],
    [{ limit: "0" }, "query.limit"],
    [{ limit: "101" }, "query.limit"],
    [{ tag: "novalue" }, "query.tag"],
    [{ from: "yesterday" }, "query.from"],
    [{ cursor: "!!!" }, "query.cursor"],
    [{ unknown: "1" }, "query"],
  ])("refuses %j", async (query, field) => {
    const answer = await call("GET /jobs", { query });

    expectProblem(answer, 400, "invalid-request");
    expect(answer.body.errors[0].field).toContain(field);
  });
});

describe("GET /jobs/{videoModelId}/video", () => {
  const archive = () => ({
    bucket: "videos",
    key: `${id}.mp4`,
    bytes: 5,
    contentType: "video/mp4",
    checksum: "crc32:AAAA",
    etag: '"e"',
    archivedAt: acceptedJob().acceptedAt,
    sourceUrl: "https://x.cloudfront.net/a.mp4",
  });

  it("redirects to a link that gives the bytes under AKOOL's file name", async () => {
    await recorded("archived", { archive: archive(), akool: { file_name: "Swap ü.mp4" } });
    const s3 = new S3Client({ endpoint: api.s3Endpoint, region: "us-east-1" });
    await s3.send(new PutObjectCommand({ Bucket: "videos", Key: `${id}.mp4`, Body: "bytes" }));

    const answer = await call(`GET /jobs/${id}/video`);

    expect(answer).toMatchObject({ status: 302, body: undefined });
    const link = new URL(answer.headers.location ?? "");
    expect(link.searchParams.get("X-Amz-Expires")).toBe("900");
    expect(link.searchParams.get("response-content-disposition")).toBe(
      "attachment; filename=\"Swap__.mp4\"; filename*=UTF-8''Swap%20%C3%BC.mp4",
    );
    const video = await fetch(link);
    expect(await video.text()).toBe("bytes");
  });

  it.each(["application/json", "text/html, application/json;q=0.9"])(
    "answers with the link for a page that asks for %s",
    async (accept) => {
      await recorded("archived", { archive: archive() });

      const answer = await call(`GET /jobs/${id}/video`, { headers: { accept } });

      expect(answer).toMatchObject({ status: 200, body: { url: expect.any(String) } });
      expect(answer.headers).toMatchObject({ "cache-control": "no-store" });
      expect(answer.headers).not.toHaveProperty("location");
      expect(new URL(answer.body.url).searchParams.get("X-Amz-Expires")).toBe("900");
      const left = Date.parse(answer.body.expiresAt) - Date.now();
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(900_000);
    },
  );

  it.each(["*/*", "text/html", "application/json-seq", ""])(
    "redirects who asks for %j",
    async (accept) => {
      await recorded("archived", { archive: archive() });

      expect(await call(`GET /jobs/${id}/video`, { headers: { accept } })).toMatchObject({
        status: 302,
      });
    },
  );

  it("is to be played where the query says so, and saved otherwise", async () => {
    await recorded("archived", { archive: archive() });

    const played = await call(`GET /jobs/${id}/video`, { query: { disposition: "inline" } });
    const saved = await call(`GET /jobs/${id}/video`);
    const refused = await call(`GET /jobs/${id}/video`, { query: { disposition: "form-data" } });

    expect(played.headers.location).toContain("response-content-disposition=inline%3B");
    expect(saved.headers.location).toContain("response-content-disposition=attachment%3B");
    expectProblem(refused, 400, "invalid-request");
  });

  it("offers a file that is no MP4 file under the extension of what it is", async () => {
    await recorded("archived", {
      archive: { ...archive(), key: `${id}.webm`, contentType: "video/webm" },
      akool: { file_name: "Swap.v2.mp4" },
    });

    const { headers } = await call(`GET /jobs/${id}/video`);

    const disposition = new URL(headers.location ?? "").searchParams.get(
      "response-content-disposition",
    );
    expect(disposition).toContain('filename="Swap.v2.webm"');
  });

  it("shows what was kept of a video that the source does not serve whole", async () => {
    await recorded("archive_failed", { doubtful: DOUBTFUL });

    const { body } = await call(`GET /jobs/${id}`);

    const { etag: _etag, sourceUrl: _source, ...shown } = DOUBTFUL;
    expect(body.doubtful).toEqual(shown);
  });

  it.each([
    "../../etc/passwd",
    "..\\\\..\\\\evil.exe",
    "/a/b.mp4",
    'a";x="b.mp4',
    "a\r\nX: y.mp4",
    "CON.mp4",
  ])("offers a name alone, whatever AKOOL calls the file: %j", async (fileName) => {
    await recorded("archived", { archive: archive(), akool: { file_name: fileName } });

    const { headers } = await call(`GET /jobs/${id}/video`);

    const offered = new URL(headers.location ?? "").searchParams.get(
      "response-content-disposition",
    );
    expect(offered).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''[^/\\";]+$/);
    expect(decodeURIComponent(offered ?? "")).not.toMatch(/\.\.|[/\\\r\n]|"CON|'CON/);
  });

  it("names a clean type, whatever the record says", async () => {
    const contentType = 'video/webm; codecs="vp9"\r\nX: y';
    await recorded("archived", { archive: { ...archive(), contentType } });

    const { headers } = await call(`GET /jobs/${id}/video`);

    const { searchParams } = new URL(headers.location ?? "");
    expect(searchParams.get("response-content-type")).toBe("video/webm");
  });

  it.each([{}, { file_name: "" }])("offers the key as file name for %j", async (akool) => {
    await recorded("archived", { archive: archive(), akool });

    const { headers } = await call(`GET /jobs/${id}/video`);

    expect(headers.location).toContain(encodeURIComponent(`filename="${id}.mp4"`));
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("makes a link of bearable length of any name", async () => {
    await recorded("archived", {
      archive: archive(),
      akool: { file_name: `\ud800${"映".repeat(2_000)}` },
    });

    const { status, headers } = await call(`GET /jobs/${id}/video`);

    expect(status).toBe(302);
    expect(headers.location?.length).toBeLessThan(6_000);
  });

  it("says how far the job is when there is no video, and when there never will be", async () => {
    await recorded("completed");
    const early = await call(`GET /jobs/${id}/video`);
    id = `${id}-late`;
    await recorded("expired");
    const late = await call(`GET /jobs/${id}/video`);

    expectProblem(early, 409, "video-not-archived");
    expect(early.body.jobStatus).toBe("completed");
    expectProblem(late, 410, "video-expired");
  });
});

describe("DELETE /jobs/{videoModelId}", () => {
  it("cancels, ends the execution, and says that AKOOL goes on", async () => {
    await submit();

    const answer = await call(`DELETE /jobs/${id}`);

    expect(answer).toMatchObject({ status: 200, body: { status: "cancelled" } });
    expect(answer.body.note).toContain("AKOOL has no call to cancel");
    const [execution] = [...api.executions.values()].filter(({ input }) => input.includes(id));
    expect(execution?.status).toBe("ABORTED");
  });

  it("is refused after the end", async () => {
    await recorded("archived");

    expectProblem(await call(`DELETE /jobs/${id}`), 409, "job-ended");
  });
});

describe("POST /jobs/{videoModelId}/retry", () => {
  it("is refused while the job is followed", async () => {
    await submit();

    expectProblem(await call(`POST /jobs/${id}/retry`), 409, "job-running");
  });

  it("lets a failed execution go on", async () => {
    await submit();
    const arn = `${api.machine.replace(":stateMachine:", ":execution:")}:${id}-1`;
    const execution = api.executions.get(arn);
    if (execution) api.executions.set(arn, { ...execution, status: "FAILED" });

    expect((await call(`POST /jobs/${id}/retry`)).status).toBe(202);
    expect(api.executions.get(arn)?.status).toBe("RUNNING");
  });

  it("starts a new attempt after an end", async () => {
    await submit();
    await call(`DELETE /jobs/${id}`);

    expect(await call(`POST /jobs/${id}/retry`)).toMatchObject({
      status: 202,
      body: { attempt: 2, status: "accepted" },
    });
  });
});

describe("POST /character-swaps", () => {
  const body = {
    image: "https://example.com/a.png",
    video: "https://example.com/b.mp4",
    duration: 10,
  };
  const create = (key: string, change: object = {}) =>
    call("POST /character-swaps", {
      body: { ...body, ...change },
      headers: { "idempotency-key": key },
    });
  const creations = () =>
    api.akool.requests().filter(({ url }) => url.includes("characterSwap/create")).length;

  it("two hundred times at once with one key makes exactly one create call", {
    tags: ["long"],
  }, async () => {
    const before = creations();

    const answers = await Promise.all(Array.from({ length: 200 }, () => create(`${id}-key`)));

    expect(answers.map(({ status }) => status)).toEqual(Array(200).fill(202));
    expect(new Set(answers.map((answer) => answer.body.job.videoModelId)).size).toBe(1);
    expect(creations() - before).toBe(1);
    expect(answers[0]?.body.submission).toMatchObject({ state: "created", estimatedCredits: 20 });
  });

  it("with the same key and another body is refused", async () => {
    await create(`${id}-key`);

    expectProblem(await create(`${id}-key`, { duration: 5 }), 422, "idempotency-key-reused");
  });

  it("needs a key", async () => {
    const missing = await call("POST /character-swaps", { body });
    expectProblem(missing, 400, "idempotency-key-missing");
    for (const bad of ["with space", "a/b", "a?b", "..", "a#b", "a%2Fb", "x".repeat(256)]) {
      expectProblem(await create(bad), 400, "invalid-request");
    }
  });

  it.each([
    [{ resolution: "4k" }, "body.resolution"],
    [{ duration: 121 }, "body.duration"],
    [{ image: "file:///x" }, "body.image"],
    [{ webhookurl: "https://x" }, "body"],
  ])("refuses %j before any call", async (change, field) => {
    const before = creations();

    const answer = await create(`${id}-key`, change);

    expectProblem(answer, 400, "invalid-request");
    expect(answer.body.errors[0].field).toBe(field);
    expect(creations()).toBe(before);
  });

  it("can be read back by its key", async () => {
    await create(`${id}-key`);

    expect(await call(`GET /character-swaps/${id}-key`)).toMatchObject({
      status: 200,
      body: { state: "created", idempotencyKey: `${id}-key` },
    });
    expectProblem(await call("GET /character-swaps/never-used"), 404, "submission-not-found");
  });

  it("needs no settlement when its outcome is known", async () => {
    await create(`${id}-key`);
    const route = `POST /character-swaps/${id}-key/settlement`;

    expectProblem(await call(route, { body: { release: true } }), 409, "submission-settled");
    expectProblem(await call(route, { body: { release: false } }), 400, "invalid-request");
  });
});

describe("the API as a whole", () => {
  it("serves its own document, and its health without secrets", async () => {
    expect((await call("GET /openapi.json")).body).toEqual(document);
    expect((await call("GET /health")).body).toEqual({ status: "ok" });
  });

  it("does not even read a body where none is declared", async () => {
    const headers = { "content-type": "text/plain" };

    expect((await call("GET /health", { body: "x".repeat(70_000), headers })).status).toBe(200);
  });

  it("does not know other routes", async () => {
    expectProblem(await call("GET /nowhere"), 404, "route-not-found");
    expectProblem(await call("PUT /jobs"), 404, "route-not-found");
  });

  it("never tells what went wrong inside", async () => {
    await api.store.create({ ...acceptedJob(), videoModelId: id, attempt: 1.5 });

    const answer = await call(`GET /jobs/${id}`);

    expectProblem(answer, 500, "internal-error");
    expect(JSON.stringify(answer.body)).not.toContain("attempt");
  });

  const withExamples = Object.entries(OPERATIONS).flatMap(([name, { body }]) =>
    Object.entries(body?.examples ?? {}).map(([example, value]) => [name, example, value] as const),
  );

  it.each(withExamples)(
    "accepts the documented example of %s: %s",
    async (name, _example, value) => {
      const path = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods as object).flatMap(([method, { operationId }]) =>
          operationId === name ? [`${method.toUpperCase()} ${path}`] : [],
        ),
      )[0];
      const route = String(path).replace("{idempotencyKey}", `${id}-example`);

      const { status } = await call(route, {
        body: value,
        headers: { "idempotency-key": `${id}-example` },
      });

      // A settlement finds nothing to settle under a new key, but its body is taken.
      expect(name === "settleCharacterSwap" ? [404] : [200, 202]).toContain(status);
    },
  );
});
