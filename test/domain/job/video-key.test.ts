import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Job } from "#domain/job/job.ts";
import { MAX_SEGMENT_BYTES, MAX_STEM_BYTES } from "#domain/job/key-template.ts";
import { idOfKey, keyStemOf, renderKeyStem, withKeyStem } from "#domain/job/video-key.ts";
import { completedJob, DOUBTFUL, START, VIDEO_ID } from "#test/support/jobs.ts";
import { keyTemplate } from "#test/support/key-template.ts";

const DAY = 86_400_000;

function stemOf(text: string, changes: Partial<Job> = {}): string {
  return renderKeyStem(keyTemplate(text), completedJob(changes));
}

describe("the stem of a job's keys", () => {
  it("is the id by default", () => {
    expect(stemOf("{videoModelId}")).toBe(VIDEO_ID);
  });

  it("has what the template names", () => {
    const tags = { team: "Growth", "cost center": "4711" };
    const akool = { type: 2, file_name: "Spring offer.mp4" };

    expect(
      stemOf("{type}/{tag.team}/{tag.cost center}/{file_name}={videoModelId}", { tags, akool }),
    ).toBe(`2/Growth/4711/Spring offer=${VIDEO_ID}`);
  });

  it("has the day on which AKOOL created the video, in UTC", () => {
    const videoExpiresAt = new Date(Date.parse("2026-03-01T23:59:59.999Z") + 7 * DAY).toISOString();

    expect(stemOf("{yyyy}/{mm}/{dd}/{videoModelId}", { videoExpiresAt })).toBe(
      `2026/03/01/${VIDEO_ID}`,
    );
  });

  it.each<[string, unknown]>([
    ["missing", undefined],
    ["empty", ""],
    ["a blank", " \t\u00a0"],
    ["not a text", { a: 1 }],
    ["of what is not seen", "\u202e\u200b\u0000\ufeff"],
    ["a mark alone", "\u0301\u0301"],
  ])("has an underscore for a value that is %s", (_, type) => {
    expect(stemOf("{type}/{videoModelId}", { akool: { type } })).toBe(`_/${VIDEO_ID}`);
  });

  it.each([
    ["..", "_"],
    ["../../etc/passwd", "_etc_passwd"],
    ["/root", "_root"],
    ["a\\b", "a_b"],
    ["v1.2", "v1_2"],
    ["a\uff0fb\u2215c", "a_b_c"],
    ["a\r\nb", "a b"],
    ["\u202egpj", "gpj"],
    ["e\u0301te\u0301", "\u00e9t\u00e9"],
    ["e\u200e\u0301", "\u00e9"],
    ["\u0338a", "a"],
    ["映画 (1)", "映画 (1)"],
    ["משרד", "משרד"],
    ["👍", "_"],
    ["\ud83d", "_"],
    ["50% <b>#1</b>", "50_ _b_1_b_"],
    [" padded ", "padded"],
    ["x".repeat(500), "x".repeat(120)],
    ["é".repeat(500), "é".repeat(60)],
    [`a${"映".repeat(200)}`, `a${"映".repeat(39)}`],
    [`${"x".repeat(119)} y`, "x".repeat(119)],
  ])("has %j as %j", (tag, value) => {
    expect(stemOf("{tag.a}/{videoModelId}", { tags: { a: tag } })).toBe(`${value}/${VIDEO_ID}`);
  });

  it.each([
    ["Take 1.mp4", "Take 1"],
    ["archive.tar.gz", "archive_tar"],
    [".mp4", "_"],
    ["no extension", "no extension"],
    ["a.b.extension-like", "a_b_extension-like"],
  ])("has the file name %j as %j, since the extension follows the bytes", (file_name, name) => {
    expect(stemOf("{file_name}/{videoModelId}", { akool: { file_name } })).toBe(
      `${name}/${VIDEO_ID}`,
    );
  });

  it("has an underscore for a file name that AKOOL has not told", () => {
    expect(stemOf("{file_name}/{videoModelId}", { akool: {} })).toBe(`_/${VIDEO_ID}`);
  });

  it("knows no tag that the job has not, whatever objects inherit", () => {
    expect(stemOf("{tag.constructor}/{tag.toString}/{videoModelId}")).toBe(`_/_/${VIDEO_ID}`);
  });

  it.each(["doubtful", "Doubtful"])("lies not among the files that are not whole: %s", (team) => {
    expect(stemOf("{tag.a}/{videoModelId}", { tags: { a: team } })).toBe(`${team}_/${VIDEO_ID}`);
    expect(stemOf("x/{tag.a}/{videoModelId}", { tags: { a: team } })).toBe(`x/${team}/${VIDEO_ID}`);
    expect(stemOf("{videoModelId}", { videoModelId: team })).toBe(team);
  });
});

describe("a job's stem", () => {
  const byTag = keyTemplate("{tag.team}/{videoModelId}");
  const job = completedJob({ tags: { team: "red" } });

  it("is fixed by the first copy, and stays", () => {
    const begun = withKeyStem(job, byTag);
    const changed = { ...begun, tags: { team: "blue" }, copyRuns: 1 };

    expect(keyStemOf(begun)).toBe(`red/${VIDEO_ID}`);
    expect(withKeyStem(changed, keyTemplate("videos/{videoModelId}"))).toBe(changed);
  });

  it.each([{ copyRuns: 1 }, { doubtful: DOUBTFUL }])(
    "is the id where a version without templates may have begun to copy: %j",
    (changes) => {
      expect(withKeyStem({ ...job, ...changes }, byTag).keyStem).toBe(VIDEO_ID);
    },
  );

  it("is the id while the record has none", () => {
    expect(keyStemOf(job)).toBe(VIDEO_ID);
  });
});

describe("the id of a key", () => {
  it.each([
    `${VIDEO_ID}.mp4`,
    `${VIDEO_ID}.json`,
    `doubtful/${VIDEO_ID}.webm`,
    `2026/03/a.b/Take 1 of 2=${VIDEO_ID}.no-caption.mp4`,
    `x/${VIDEO_ID}.mp4.upload.json`,
  ])("is read back: %s", (key) => {
    expect(idOfKey(key)).toBe(VIDEO_ID);
  });
});

describe("any stem", () => {
  const TEMPLATES = [
    "{videoModelId}",
    "{tag.a}/{videoModelId}",
    "videos/{tag.a}{tag.b}/{type}/{file_name}={videoModelId}",
    "{file_name} {tag.a}, {tag.b} {videoModelId}",
    "{yyyy}/{mm}/{dd}/{videoModelId}/{tag.a}!{videoModelId}",
    `${"x".repeat(184)}{tag.a}/${"y".repeat(150)}{tag.b}/${"z".repeat(100)}{file_name}/{type}/{videoModelId}`,
  ].map((text) => keyTemplate(text));

  const id = fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/);
  const HOSTILE = [
    "/",
    "\\",
    ".",
    "..",
    "../",
    "\u0000",
    "\u202e",
    "\ud800",
    "\udc00",
    "\u0301",
    "doubtful",
    "{videoModelId}",
    "=",
    " ",
    "\u1100",
    "\u1161",
    "\u0338",
    "ⅷ",
    "ﬁ",
  ];
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 600 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc
      .array(fc.oneof(fc.constantFrom(...HOSTILE), id), { maxLength: 40 })
      .map((all) => all.join("")),
    id,
  );
  const job = fc
    .record({
      videoModelId: id,
      a: value,
      b: value,
      file_name: value,
      type: fc.oneof(value, fc.integer()),
    })
    .map(({ videoModelId, a, b, file_name, type }) =>
      completedJob({ videoModelId, tags: { a, b }, akool: { file_name, type } }),
    );
  const template = fc.constantFrom(...TEMPLATES);

  it("is a key that S3 and file systems take, with all that is put around it", () => {
    fc.assert(
      fc.property(template, job, (made, one) => {
        const stem = renderKeyStem(made, one);
        const longest = `doubtful/${stem}.no-caption.mp4.upload.json`;

        expect(Buffer.byteLength(stem)).toBeLessThanOrEqual(MAX_STEM_BYTES);
        expect(Buffer.byteLength(longest)).toBeLessThanOrEqual(1024);
        expect(longest.isWellFormed()).toBe(true);
        expect(stem.normalize("NFC")).toBe(stem);
        expect(stem).not.toMatch(/[\p{Cc}\p{Cf}\\.]/u);
        for (const segment of stem.split("/")) {
          expect(segment).not.toBe("");
          expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(MAX_SEGMENT_BYTES);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("stays within the folders of its template", () => {
    fc.assert(
      fc.property(template, job, (made, one) => {
        const segments = renderKeyStem(made, one).split("/");

        expect(segments).toHaveLength(made.segments.length);
        made.segments.forEach((pieces, index) => {
          const [piece, ...more] = pieces;
          if (piece?.kind === "text" && more.length === 0) expect(segments[index]).toBe(piece.text);
        });
        if (segments.length > 1) expect(segments[0]?.toLowerCase()).not.toBe("doubtful");
      }),
      { numRuns: 500 },
    );
  });

  it("belongs to one id, which can be read back, whatever templates two jobs have had", () => {
    fc.assert(
      fc.property(template, template, job, job, (first, second, one, other) => {
        const [stem, another] = [renderKeyStem(first, one), renderKeyStem(second, other)];

        for (const key of [`${stem}.mp4`, `doubtful/${stem}.json`, `${stem}.a-b.srt.upload.json`]) {
          expect(idOfKey(key)).toBe(one.videoModelId);
        }
        if (one.videoModelId === other.videoModelId) return;
        expect(stem).not.toBe(another);
        // The job's files are found, and deleted, by this prefix.
        expect(`${another}.mp4`.startsWith(`${stem}.`)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is the same for the same job", () => {
    fc.assert(
      fc.property(template, job, (made, one) => {
        expect(renderKeyStem(made, structuredClone(one))).toBe(renderKeyStem(made, one));
      }),
    );
  });
});

it("a day in the template is that of START for a job whose creation is believed to be then", () => {
  expect(new Date(START).toISOString()).toMatch(/^2026-01-05/);
  expect(stemOf("{yyyy}-{mm}-{dd} {videoModelId}")).toBe(`2026-01-05 ${VIDEO_ID}`);
});
