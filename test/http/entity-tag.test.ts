import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withStatus } from "#domain/job/job.ts";
import { ARCHIVE, completedJob } from "#test/support/jobs.ts";
import { type Api, openApi } from "./api-harness.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const WEAK = /^W\/"[\w-]{22}"$/;

let api: Api;
beforeAll(async () => {
  api = await openApi();
  const videoExpiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const job = completedJob({ videoModelId: ID, videoExpiresAt, archive: ARCHIVE });
  await api.store.create(withStatus(job, "archived", Date.now()));
});
afterAll(() => api.close());

const ask = (route: string, ifNoneMatch?: string) =>
  api.call(route, ifNoneMatch === undefined ? {} : { headers: { "if-none-match": ifNoneMatch } });

describe("an answer of JSON to GET", () => {
  it.each([
    "/jobs",
    `/jobs/${ID}`,
    "/summary",
    "/ledger",
    "/imports",
    "/character-swaps",
    "/openapi.json",
    "/health",
  ])("of %s has a tag, and is not sent again to whoever names it", async (path) => {
    const first = await ask(`GET ${path}`);
    const etag = String(first.headers.etag);

    const again = await ask(`GET ${path}`, etag);

    expect(first.status).toBe(200);
    expect(etag).toMatch(WEAK);
    expect(again).toEqual({
      status: 304,
      headers: { etag, "cache-control": "no-store" },
      body: undefined,
    });
  });

  it("has another tag once something has changed", async () => {
    const path = "GET /jobs/changes-0001";
    const job = completedJob({ videoModelId: "changes-0001" });
    await api.store.create(job);
    const { etag = "" } = (await ask(path)).headers;
    const read = await api.store.get("changes-0001");
    if (read === undefined) throw new Error("there is such a job");
    await api.store.replace(read, { ...read, pollCount: read.pollCount + 1 });

    const { status, headers, body } = await ask(path, etag);

    expect(status).toBe(200);
    expect(body.polls).toBe(job.pollCount + 1);
    expect(headers.etag).not.toBe(etag);
  });

  it.each([
    ["among others", (etag: string) => `"other", ${etag}`, 304],
    ["without the mark of a weak one", (etag: string) => etag.replace("W/", ""), 304],
    ["as any that there is", () => "*", 304],
    ["as another", () => 'W/"other"', 200],
    ["without its quotes", (etag: string) => etag.replaceAll('"', ""), 200],
    ["as nothing", () => "", 200],
  ])("is compared with the one that is named %s", async (_, named, status) => {
    const { etag = "" } = (await ask("GET /health")).headers;

    expect((await ask("GET /health", named(etag))).status).toBe(status);
  });
});

describe("no tag", () => {
  it("is on a redirect to the video, whatever is named", async () => {
    const { status, headers } = await ask(`GET /jobs/${ID}/video`, "*");

    expect(status).toBe(302);
    expect(headers).not.toHaveProperty("etag");
  });

  it("is on CSV, on a refusal, or on what changes something", async () => {
    const headers = { "if-none-match": "*" };
    const answers = await Promise.all([
      api.call("GET /ledger", { headers: { ...headers, accept: "text/csv" } }),
      api.call("GET /jobs/689174694b4dbdd4ab3d28ff", { headers }),
      api.call("POST /jobs", { headers, body: { videoModelId: ID } }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200]);
    for (const answer of answers) expect(answer.headers).not.toHaveProperty("etag");
  });
});
