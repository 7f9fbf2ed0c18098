import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPANION_ROLES } from "#domain/job/companion.ts";
import type { Job } from "#domain/job/job.ts";
import { SIDECAR_BYTES, type SidecarParts, sidecarFile, sidecarOf } from "#domain/job/sidecar.ts";
import { sidecarSchema } from "#domain/job/sidecar-schema.ts";
import { REASON_BYTES } from "#domain/job/timeline.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { ARCHIVE, completedJob, DOUBTFUL, START, VIDEO_ID, VIDEO_URL } from "#test/support/jobs.ts";

const SAMPLE = new URL("../../../packages/akool-simulator/samples/completed.json", import.meta.url);
const SCHEMA = new URL("../../../schemas/sidecar-v1.json", import.meta.url);

const akool: Record<string, unknown> = JSON.parse(readFileSync(SAMPLE, "utf8")).data;
const isOfSchema = new Ajv2020({ validateFormats: false }).compile(
  JSON.parse(readFileSync(SCHEMA, "utf8")),
);

function partsOf(job: Partial<Job> = {}, parts: Partial<SidecarParts> = {}): SidecarParts {
  return {
    job: completedJob(job),
    files: [sidecarFile(ARCHIVE)],
    sources: [{ url: VIDEO_URL, outcome: "stored" }],
    copyRun: 1,
    archiverVersion: "1.2.3",
    now: START,
    ...parts,
  };
}

/** The sidecar, which is of both of its schemas and has no field that they do not name. */
function sidecar(job: Partial<Job> = {}, parts: Partial<SidecarParts> = {}) {
  const made = sidecarOf(partsOf(job, parts));
  expect(sidecarSchema.parse(made)).toEqual(made);
  expect(isOfSchema(JSON.parse(JSON.stringify(made))), JSON.stringify(isOfSchema.errors)).toBe(
    true,
  );
  return made;
}

/** As it is written. */
const textOf = (made: object) => `${JSON.stringify(made, null, 2)}\n`;

describe("the sidecar of a video", () => {
  it("tells what it was made of, when, by what and for how much", () => {
    const creation = { durationSeconds: 10, model: "wan" };

    const { files, trail, akool: told, ...rest } = sidecar({ akool, creation, tags: { a: "b" } });

    expect(rest).toEqual({
      schemaVersion: "1",
      archiverVersion: "1.2.3",
      writtenAt: "2026-01-05T12:00:00.000Z",
      job: { videoModelId: VIDEO_ID, attempts: 1, tags: { a: "b" } },
      inputs: {
        imageUrl: "https://drz0f01yeq1cx.cloudfront.net/character-image.png",
        videoUrl: "https://drz0f01yeq1cx.cloudfront.net/source-video.mp4",
      },
      prompt: "Smooth character animation with natural movement",
      model: "wan",
      creation,
      times: {
        createdAt: "2025-08-05T03:03:05.482Z",
        updatedAt: "2025-08-05T03:04:55.482Z",
        acceptedAt: "2026-01-05T12:00:00.000Z",
        attemptStartedAt: "2026-01-05T12:00:00.000Z",
        videoExpiresAt: "2026-01-12T12:00:00.000Z",
      },
      creditsCharged: 20,
    });
    expect(told).toEqual(akool);
    expect(files).toEqual(
      [{ ...ARCHIVE, role: "video", storedAt: ARCHIVE.archivedAt, sourceUrl: VIDEO_URL }].map(
        ({ archivedAt: _at, ...file }) => file,
      ),
    );
    expect(trail).toMatchObject({ polls: 0, copyRun: 1, sources: [{ outcome: "stored" }] });
  });

  it("has the way that the job has come, with what was tried and why", () => {
    const sources = [
      { url: `${VIDEO_URL}?Signature=5f2e9c1a`, outcome: "SourceGone", detail: "HTTP 404" },
      { url: VIDEO_URL, outcome: "stored" },
    ];
    const { trail } = sidecar({ pollCount: 4, copyClaims: 2 }, { sources, copyRun: 3 });

    expect(trail).toEqual({
      polls: 4,
      copyRun: 3,
      copyClaims: 2,
      sources: [{ url: VIDEO_URL, outcome: "SourceGone", detail: "HTTP 404" }, sources[1]],
      timeline: completedJob().statusHistory,
    });
  });

  it("has the doubts about a file, whatever it is", () => {
    const { keptAt: storedAt, ...file } = DOUBTFUL;
    const { files } = sidecar({}, { files: [{ role: "partial_video", ...file, storedAt }] });

    expect(files).toEqual([{ role: "partial_video", ...file, storedAt }]);
  });

  it("prefers the model that AKOOL's last answer names", () => {
    const model = sidecar({ akool: { model_name: "new" }, creation: { model: "old" } }).model;

    expect(model).toBe("new");
  });

  it("is of an old record that knows next to nothing", () => {
    const { copyRun: _run, ...parts } = partsOf();
    const { akool: _akool, ...job } = completedJob();

    const made = sidecarOf({ ...parts, job, copyRun: undefined });

    expect(sidecarSchema.parse(made)).toEqual(made);
    expect(made).toMatchObject({ inputs: {}, akool: {} });
    for (const name of ["prompt", "model", "creation", "creditsCharged", "akoolOmitted"]) {
      expect(made).not.toHaveProperty(name);
    }
  });

  it.each([Number.NaN, -1, 1e300, 253_402_300_800_000, "1754362985482", null])(
    "leaves out a time that is none: %s",
    (create_time) => {
      expect(sidecar({ akool: { create_time } }).times).not.toHaveProperty("createdAt");
    },
  );
});

describe("no secret gets into the sidecar:", () => {
  const SECRET = "5f2e9c1ad04b7788";
  const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${SECRET}${SECRET}.sig-${SECRET}`;

  it.each([
    ["a query", `https://a.example/f.png?X-Amz-Signature=${SECRET}`],
    ["a fragment", `https://a.example/f.png#${SECRET}`],
    ["a query behind a fragment", `https://a.example/f.png#a?${SECRET}`],
    ["a line in a query", `https://a.example/f.png?a\n${SECRET}`],
    ["a user's password", `https://user:${SECRET}@a.example/f.png`],
    ["a user's name", `HTTPS://${SECRET}@a.example/f.png`],
    ["a password with @", `https://user:${SECRET}@x@a.example/f.png`],
    ["a password behind backslashes", `https:\\\\user:${SECRET}@a.example\\f.png`],
    ["a token in the path", `https://a.example/${TOKEN}/f.png`],
    ["a signature in the path", `https://a.example/exp=1~signature=${SECRET}/f.png`],
    ["a path's parameter", `https://a.example/f.png;token=${SECRET}`],
    ["no address of the web", `data:image/png;token=${SECRET}`],
  ])("%s", (_, address) => {
    const fields = ["image_url", "video_url", "video", "external_video", "webhookUrl"];
    const named = Object.fromEntries(fields.map((name) => [name, address]));
    const made = sidecar(
      { akool: { ...named, audio_splits: { original_srt_url: address } } },
      {
        files: [{ ...sidecarFile(ARCHIVE), sourceUrl: address }],
        sources: [{ url: address, outcome: "SourceGone" }],
      },
    );

    expect(textOf(made)).not.toContain(SECRET);
    if (address.includes("a.example")) expect(textOf(made)).toContain("a.example");
  });

  it("of an error, a doubt or a reason that quotes one", () => {
    const quoting = `refused: https://a.example/f?Signature=${SECRET}, Authorization: Bearer ${SECRET}`;
    const { statusHistory } = completedJob();
    const made = sidecar(
      { statusHistory: statusHistory.map((change) => ({ ...change, reason: quoting })) },
      {
        files: [{ ...sidecarFile(ARCHIVE), doubts: [quoting] }],
        sources: [{ url: VIDEO_URL, outcome: "SourceGone", detail: quoting }],
      },
    );

    expect(textOf(made)).not.toContain(SECRET);
    expect(made.trail.timeline[0]?.reason).toMatch(/^refused: https:\/\/a\.example/);
  });

  it("of a prompt or a file name that has a signed address in it", () => {
    const signed = `Like https://a.example/f.png?X-Amz-Signature=${SECRET} please`;
    const made = sidecar({ akool: { prompt: signed, file_name: signed, model_name: signed } });

    expect(textOf(made)).not.toContain(SECRET);
    expect(made.prompt).toBe("Like https://a.example/f.png?[redacted] please");
  });

  it("while a prompt is otherwise as the customer wrote it", () => {
    const prompt = "Is she smiling? https://a.example/?yes=1 \u0007 \u{1f600} \u202e";

    expect(sidecar({ akool: { prompt } }).prompt).toBe(prompt);
  });
});

describe("a sidecar is bounded", () => {
  /** What is dear in JSON: six bytes for one, and halves of characters. */
  const dear = fc.constantFrom("\u0000", "\u001f", "\ud800", "\udfff", "\u{e0041}", '"', "\\", "a");
  const text = (maxLength: number) => fc.string({ unit: dear, maxLength, size: "max" });
  const address = text(8_000).map((rest) => `https://a.example/${rest}`);

  it("whatever AKOOL, a caller and the sources have said", () => {
    const anyAnswer = fc.record({
      prompt: text(2_000),
      file_name: text(2_000),
      faceswap_fail_reason: text(2_000),
      image_url: address,
      video_url: address,
      video: address,
      webhookUrl: address,
      audio_splits: fc.dictionary(text(100), address, { maxKeys: 20, size: "max" }),
      uid: fc.oneof(fc.double(), text(100)),
      create_time: fc.double(),
    });
    const anyChange = fc.record({ reason: text(1_000), attempt: fc.nat() });
    fc.assert(
      fc.property(
        anyAnswer,
        fc.array(anyChange, { maxLength: 150, size: "max" }),
        fc.array(text(2_000), { maxLength: 30, size: "max" }),
        (told, changes, texts) => {
          const [first] = completedJob().statusHistory;
          const at = "2026-01-05T12:00:00.000Z";
          const statusHistory = changes.map(({ reason, attempt }, index) => ({
            ...{ seq: index + 2, status: "archive_failed" as const, at, attempt, reason },
          }));
          const file = { ...sidecarFile(ARCHIVE), doubts: texts, sourceUrl: String(told.video) };
          const parts = partsOf(
            {
              akool: told,
              statusHistory: [...(first ? [first] : []), ...statusHistory],
              companions: COMPANION_ROLES.map((role) => ({
                ...{ role, sourceUrl: String(told.video), state: "failed" },
                reason: cutText(texts[0] ?? "", REASON_BYTES),
              })),
            },
            {
              files: [file, file],
              sources: texts
                .slice(0, 2)
                .map((detail) => ({ url: told.video, outcome: "SourceGone", detail })),
            },
          );

          const made = sidecarOf(parts);

          expect(Buffer.byteLength(textOf(made))).toBeLessThanOrEqual(SIDECAR_BYTES);
          expect(sidecarSchema.parse(made)).toEqual(made);
          expect(textOf(made).isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("by leaving out the middle of the timeline, and saying how much of it", () => {
    const change = { status: "archive_failed" as const, at: ARCHIVE.archivedAt, attempt: 1 };
    const statusHistory = Array.from({ length: 200 }, (_, index) => ({
      ...{ ...change, seq: index + 1, reason: "x y ".repeat(250) },
    }));

    const { timeline, timelineOmitted } = sidecar({ statusHistory }).trail;

    expect(timeline[0]?.seq).toBe(1);
    expect(timeline.at(-1)?.seq).toBe(200);
    expect(timeline.length).toBeGreaterThan(20);
    expect(timelineOmitted).toBe(200 - timeline.length);
    expect(timeline[1]?.seq).toBe(200 - timeline.length + 2);
  });

  it("by leaving out what is too long of AKOOL's answer, by name", () => {
    const long = { original_srt_url: `https://a.example/${"a".repeat(60_000)}` };
    const made = sidecar({ akool: { _id: "a", audio_splits: long, progress: 100 } });

    expect(made.akool).toEqual({ _id: "a", progress: 100 });
    expect(made.akoolOmitted).toEqual(["audio_splits"]);
  });

  it("by naming no address that is longer than anybody reads", () => {
    const image_url = `https://a.example/${"a".repeat(3_000)}`;

    expect(sidecar({ akool: { image_url } })).toMatchObject({ inputs: {}, akool: { image_url } });
  });
});
