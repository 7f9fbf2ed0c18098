import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Companion } from "#domain/job/companion.ts";
import type { Job } from "#domain/job/job.ts";
import { archivedCompanion, pendingCompanion } from "#test/support/companions.ts";
import { ARCHIVE, jobWith } from "#test/support/jobs.ts";
import { type Api, openApi } from "./api-harness.ts";

let api: Api;
let id: string;
let counter = 0;

beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());
beforeEach(() => {
  id = `companions-of-${counter++}`;
});

async function recorded(companions: Companion[] | undefined, changes: Partial<Job> = {}) {
  const job = { ...jobWith("archived"), archive: ARCHIVE, videoModelId: id };
  await api.store.create({ ...job, ...(companions && { companions }), ...changes });
}

const offered = (location = "") =>
  new URL(location).searchParams.get("response-content-disposition") ?? "";

describe("GET /jobs/{videoModelId}/companions/{role}", () => {
  it.each([
    ["original_srt", "take 2.original.srt"],
    ["no_caption_video", "take 2.no-caption.mp4"],
  ] as const)("redirects to a link, under AKOOL's file name: %s", async (role, name) => {
    await recorded([archivedCompanion(role)], { akool: { file_name: "take 2.mp4" } });

    const answer = await api.call(`GET /jobs/${id}/companions/${role}`);

    expect(answer).toMatchObject({ status: 302, headers: { "cache-control": "no-store" } });
    expect(answer.headers.location).toContain(archivedCompanion(role).key);
    expect(decodeURIComponent(offered(answer.headers.location))).toContain(name);
  });

  it("offers a video of another kind under its own extension, and the id where AKOOL gives no name", async () => {
    const key = `${id}.no-caption.webm`;
    await recorded([{ ...archivedCompanion("no_caption_video"), key }]);

    const { headers } = await api.call(`GET /jobs/${id}/companions/no_caption_video`);

    expect(offered(headers.location)).toContain(`filename="${id}.no-caption.webm"`);
  });

  it("answers with the link to who asks for JSON, to be shown where the query says so", async () => {
    await recorded([archivedCompanion("translated_srt")]);

    const { status, body } = await api.call(`GET /jobs/${id}/companions/translated_srt`, {
      headers: { accept: "application/json" },
      query: { disposition: "inline" },
    });

    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["url", "expiresAt"]);
    expect(offered(body.url)).toMatch(/^inline; /);
    expect(new URL(body.url).searchParams.get("response-content-type")).toBe(
      "application/x-subrip",
    );
  });

  it.each([
    [undefined, 404, "companion-not-found"],
    [[pendingCompanion("original_srt")], 409, "companion-not-archived"],
    [
      [{ ...pendingCompanion("original_srt"), state: "failed", reason: "HTTP 404" } as const],
      410,
      "companion-lost",
    ],
  ])("says why there is none: %j", async (companions, status, problem) => {
    await recorded(companions);

    const answer = await api.call(`GET /jobs/${id}/companions/original_srt`);

    expect(answer).toMatchObject({
      status,
      body: { type: `urn:akool-video-archiver:problem:${problem}`, jobStatus: "archived" },
    });
  });

  it("refuses a role that is none", async () => {
    expect(await api.call(`GET /jobs/${id}/companions/subtitles`)).toMatchObject({ status: 400 });
  });
});

describe("GET /jobs/{videoModelId}", () => {
  it("shows what became of each companion, without addresses", async () => {
    await recorded([
      archivedCompanion("original_srt"),
      pendingCompanion("translated_srt", { reason: "HTTP 404", copyRuns: 2 }),
    ]);

    const { body } = await api.call(`GET /jobs/${id}`);

    expect(body.companions).toEqual([
      {
        ...{ role: "original_srt", state: "archived", bucket: "videos" },
        ...{ key: archivedCompanion("original_srt").key, bytes: 120 },
        ...{ contentType: "application/x-subrip", checksum: "crc32:BBBBBB==" },
        archivedAt: "2026-01-05T12:00:04.000Z",
      },
      { role: "translated_srt", state: "pending", reason: "HTTP 404" },
    ]);
  });
});
