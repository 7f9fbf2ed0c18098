import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outcomeOf } from "#akool/create-outcome.ts";
import { interpret } from "#akool/interpret.ts";
import { repairedJson } from "#akool/repaired-json.ts";
import { epochMs, statusOf, wholeNumber } from "#akool/spellings.ts";
import { parseTolerantly } from "#akool/tolerant-json.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const VIDEO = "https://d2qf6ukcym4kn9.cloudfront.net/1754363091791-1423.mp4";
const CREATED = 1_754_362_985_482;
const DONE = { _id: ID, create_time: CREATED, video_status: 3, video: VIDEO };

const poll = (body: string, status = 200) => interpret(ID, { status, body });
const pollOf = (data: unknown, envelope: object = {}) =>
  poll(JSON.stringify({ code: 1000, msg: "OK", data, ...envelope }));
const create = (body: string, status = 200) => outcomeOf({ status, body });

/** An answer in every wrapping that is seen, and what is around it. */
const WRAPPINGS: [string, (data: object) => string][] = [
  ["as documented", (data) => JSON.stringify({ code: 1000, msg: "OK", data })],
  ["with a byte order mark", (data) => `\uFEFF${JSON.stringify({ code: 1000, data })}`],
  ["with NULs behind it", (data) => `${JSON.stringify({ code: 1000, data })}\0\0\0`],
  [
    "with NULs, blanks and marks around it",
    (data) => `\0\uFEFF \r\n\0${JSON.stringify({ code: 1000, data })}\n\0 \0`,
  ],
  ["with data as a list of one", (data) => JSON.stringify({ code: 1000, data: [data] })],
  ["as a list of one", (data) => JSON.stringify([{ code: 1000, data }])],
  [
    "with data as a text of JSON",
    (data) => JSON.stringify({ code: 1000, data: JSON.stringify(data) }),
  ],
  ["with data in data", (data) => JSON.stringify({ code: 1000, data: { data } })],
  ["in a gateway's wrapper", (data) => JSON.stringify({ data: { code: 1000, msg: "OK", data } })],
  ["without a wrapper", (data) => JSON.stringify(data)],
  ["with the fields beside the code", (data) => JSON.stringify({ code: 1000, ...data })],
  ["with the code as text", (data) => JSON.stringify({ code: "1000", data })],
  ["with the code as a fraction", (data) => JSON.stringify({ code: "1000.0", data })],
  ["pretty", (data) => JSON.stringify({ code: 1000, data }, null, 2)],
  ["with data called result", (data) => JSON.stringify({ code: 1000, result: data })],
  ["with data in a list in data", (data) => JSON.stringify({ code: 1000, data: { list: [data] } })],
  ["in a callback", (data) => `cb(${JSON.stringify({ code: 1000, data })});`],
  ["behind what keeps it from being run", (data) => `)]}',\n${JSON.stringify({ data })}`],
  ["as an event of a stream", (data) => `data: ${JSON.stringify({ code: 1000, data })}\n\n`],
  ["sent twice", (data) => JSON.stringify({ code: 1000, data }).repeat(2)],
  ["with a comma too many", (data) => `{"code":1000,"data":[${JSON.stringify(data)}, ],}`],
  [
    "with words of Python's",
    (data) => `{"x":NaN,"y":[None,True,-Infinity],"code":1000,"data":${JSON.stringify(data)}}`,
  ],
  [
    "with a line break in a text",
    (data) => `{"msg":"a\n\tb \\"c\\",]","code":1000,"data":${JSON.stringify(data)}}`,
  ],
];

/** Ways to write the id. */
const IDS: [string, unknown][] = [
  ["as text", ID],
  ["in capitals", ID.toUpperCase()],
  ["padded", ` ${ID}\n`],
  ["padded with NULs", `${ID}\0`],
  ["as MongoDB writes it", { $oid: ID }],
];

describe("an answer", () => {
  it.each(WRAPPINGS)("%s is read by a poll", (_, wrap) => {
    expect(poll(wrap(DONE))).toMatchObject({ kind: "completed", videoUrl: VIDEO, akool: DONE });
  });

  it.each(WRAPPINGS)("%s is read by a create call", (_, wrap) => {
    expect(create(wrap({ _id: ID, status: 1 }))).toEqual({ kind: "created", videoModelId: ID });
  });

  it.each(IDS)("with the id %s is read by both", (_, _id) => {
    const outcome = create(JSON.stringify({ code: 1000, data: { _id } }));

    expect(pollOf({ ...DONE, _id }).kind).toBe("completed");
    expect(outcome).toMatchObject({ kind: "created" });
    expect("videoModelId" in outcome && outcome.videoModelId.toLowerCase()).toBe(ID);
  });

  it.each(["12345678", "123456789012345678901234"])(
    "with the id as the number %s is read by both, digit by digit",
    (digits) => {
      const body = `{"code":1000,"data":{"_id":${digits},"video_status":2}}`;

      expect(interpret(digits, { status: 200, body }).kind).toBe("processing");
      expect(create(body)).toEqual({ kind: "created", videoModelId: digits });
    },
  );

  it("about several videos is read for the requested one", () => {
    const other = { _id: "other-video-id", video_status: 4 };

    expect(pollOf([other, DONE]).kind).toBe("completed");
    expect(pollOf([other])).toMatchObject({
      kind: "unavailable",
      detail: expect.stringContaining("another video"),
    });
  });

  it("under an unknown code counts if it names this very job", () => {
    expect(pollOf(DONE, { code: 200 })).toMatchObject({ kind: "completed", undocumented: true });
    expect(pollOf({ video_status: 4 }, { code: 200 }).kind).toBe("unavailable");
    expect(pollOf({ _id: ID }, { code: 200 }).kind).toBe("unavailable");
  });

  it.each([
    "queueing",
    "completed",
    "failed",
    "talking-photo-processing",
    "translation-completed",
    "translation-failed",
  ])("as in AKOOL's sample %s means the same in every wrapping", (name) => {
    const text = readFileSync(
      new URL(`../../packages/akool-simulator/samples/${name}.json`, import.meta.url),
      "utf8",
    );
    const { data } = JSON.parse(text);
    const plain = interpret(data._id, { status: 200, body: text });

    for (const [, wrap] of WRAPPINGS) {
      const seen = interpret(data._id, { status: 200, body: wrap(data) });
      expect({ ...seen, undocumented: undefined }).toEqual({ ...plain, undocumented: undefined });
    }
    expect(plain.kind).not.toBe("unavailable");
  });

  it("is no page, even one with JSON in it", () => {
    const page = `<script>window.state = ${JSON.stringify({ code: 1008, msg: "no" })}</script>`;

    expect(poll(page).kind).toBe("unavailable");
    expect(poll(`${"x".repeat(101)}${JSON.stringify({ code: 1008 })}`).kind).toBe("unavailable");
  });

  it("is no JSON that is cut off", () => {
    const whole = `cb(${JSON.stringify({ code: 1000, data: DONE })}`;

    for (let length = 0; length < whole.length; length++) {
      expect(poll(whole.slice(0, length)).kind).toBe("unavailable");
    }
    expect(poll(whole).kind).toBe("completed");
  });

  it("is read as by a strict parser, where that succeeds", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const text = `[${json}]`;
        expect(JSON.parse(repairedJson(`cb(${text});`) ?? "")).toEqual(JSON.parse(text));
      }),
    );
  });

  it("nested too deeply is no answer, and no exception", () => {
    for (const depth of [5, 500, 50_000]) {
      const nested = "[".repeat(depth) + "]".repeat(depth);
      expect(poll(nested).kind).toBe("unavailable");
      expect(poll(`{"code":1000,"data":${nested}}`).kind).toBe("unavailable");
      expect(["failed", "unavailable"]).toContain(
        poll(`{"code":1000,"data":{"_id":"${ID}","video_status":4,"error_reason":${nested}}}`).kind,
      );
    }
  });
});

describe("a status", () => {
  it.each([
    [
      1,
      [
        "1",
        " 1 ",
        "1.0",
        "queueing",
        "QUEUED",
        "Queuing",
        "pending",
        "in_queue",
        "In Queue",
        "waiting",
        "TaskStatus.PENDING",
      ],
    ],
    [
      2,
      [
        "2",
        "processing",
        "Processing",
        "IN_PROGRESS",
        "in-progress",
        "In progress",
        "running",
        "generating",
        "post-processing",
        "video_processing",
      ],
    ],
    [
      3,
      [
        "3",
        "completed",
        "Complete",
        "SUCCEEDED",
        "success",
        "successful",
        "done",
        "finished",
        " ready ",
        "Success!",
        "Completed.",
        "STATUS_COMPLETED",
      ],
    ],
    [4, ["4", "failed", "FAILURE", "fail", "error", "task_failed"]],
  ])("%d has many spellings", (status, spellings) => {
    expect(spellings.map(statusOf)).toEqual(spellings.map(() => status));
    expect(statusOf({ $numberInt: String(status) })).not.toBe(status);
    expect(statusOf(parseTolerantly(`{"$numberInt":"${status}"}`))).toBe(status);
    expect(statusOf({ code: status, name: "x" })).toBe(status);
  });

  it.each(["cancelled", "expired", "archived", "unknown", "not failed", "completed?", "2.5", "x"])(
    "that is unknown is shown as it is, and ends nothing: %s",
    (text) => {
      expect(pollOf({ _id: ID, video_status: text })).toMatchObject({
        kind: "unknown_status",
        detail: `video_status ${text}`,
        akool: { video_status: text },
      });
    },
  );

  it("is called `status` by the answer to a create call and by gateways", () => {
    expect(pollOf({ _id: ID, status: "succeeded", video: VIDEO }).kind).toBe("completed");
    expect(pollOf({ _id: ID, status: 4, video_status: 2 }).kind).toBe("processing");
  });

  it("of any size can be stored", () => {
    expect(statusOf("9".repeat(400))).toBe("9".repeat(100));
    expect(statusOf("12345678901234567890")).toBe("12345678901234567890");
    expect(pollOf({ _id: ID, video_status: "-0" })).toMatchObject({ akool: { video_status: 0 } });
    expect(Object.is(wholeNumber("-0"), 0)).toBe(true);
    expect(Object.is(parseTolerantly("-0"), 0)).toBe(true);
  });
});

describe("an instant", () => {
  const whole = Math.floor(CREATED / 1_000) * 1_000;

  it.each<[string, unknown, number]>([
    ["in milliseconds", CREATED, CREATED],
    ["as text", String(CREATED), CREATED],
    ["padded", ` ${CREATED} `, CREATED],
    ["with a fraction", CREATED + 0.25, CREATED],
    ["as text with a fraction", `${CREATED}.25`, CREATED],
    ["in seconds", whole / 1_000, whole],
    ["in seconds with a fraction", CREATED / 1_000, CREATED],
    ["in seconds as text", String(whole / 1_000), whole],
    ["in microseconds", CREATED * 1_000, CREATED],
    ["in nanoseconds as text", `${CREATED}000000`, CREATED],
    ["as ISO 8601", new Date(CREATED).toISOString(), CREATED],
    ["as ISO 8601 without a zone", new Date(CREATED).toISOString().slice(0, -1), CREATED],
    ["as ISO 8601 with an offset", "2025-08-05T11:03:05.482+08:00", CREATED],
    ["as ISO 8601 with a short offset", "2025-08-05T11:03:05.482+0800", CREATED],
    ["as ISO 8601 with hours as the offset", "2025-08-05T11:03:05.482+08", CREATED],
    ["as SQL writes it", "2025-08-05 03:03:05", whole],
    ["with its zone as a word", "2025-08-05 03:03:05 UTC", whole],
    ["with slashes", "2025/08/05 03:03:05", whole],
    ["as a day", "2025-08-05", Date.parse("2025-08-05T00:00:00Z")],
    ["as HTTP writes it", "Tue, 05 Aug 2025 03:03:05 GMT", whole],
    ["as HTTP wrote it", "Tuesday, 05-Aug-25 03:03:05 GMT", whole],
    ["as C writes it", "Tue Aug  5 03:03:05 2025", whole],
    ["as mails have it", "Tue, 05 Aug 2025 11:03:05 +0800", whole],
    ["as Go writes it", "2025-08-05 11:03:05 +0800 CST", whole],
    ["as JavaScript writes it", "Tue Aug 05 2025 11:03:05 GMT+0800 (China Standard Time)", whole],
    ["without signs", "20250805T030305Z", whole],
    ["with a comma in it", "2025-08-05T03:03:05,482Z", CREATED],
  ])("%s is the same", (_, value, instant) => {
    expect(epochMs(value)).toBe(instant);
  });

  it.each([
    "yesterday",
    "",
    "job 2025",
    0,
    -1,
    null,
    true,
    [CREATED],
    "2025-13-45 99:99:99",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "1e13",
  ])("that is not valid is dropped: %j", (value) => {
    expect(epochMs(value)).toBeUndefined();
  });

  it("means the same in every unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }), (seconds) => {
        const ms = seconds * 1_000;
        for (const value of [
          seconds,
          ms,
          ms * 1_000,
          String(seconds),
          String(ms),
          `${ms}000000`,
          new Date(ms).toISOString(),
        ]) {
          expect(epochMs(value)).toBe(ms);
        }
      }),
    );
  });

  it("in MongoDB's spelling decides when the video expires", () => {
    for (const create_time of [
      { $date: CREATED },
      { $date: { $numberLong: String(CREATED) } },
      { $numberLong: String(CREATED) },
    ]) {
      expect(pollOf({ _id: ID, video_status: 2, create_time })).toMatchObject({
        createdAt: CREATED,
      });
    }
  });
});

describe("a reason", () => {
  const failed = (fields: object, envelope: object = {}) =>
    pollOf({ _id: ID, video_status: 4, ...fields }, envelope);

  it.each<[string, object]>([
    ["as text", { faceswap_fail_reason: "no face found" }],
    ["with blanks", { faceswap_fail_reason: "  no face found\n" }],
    ["as an object", { faceswap_fail_reason: { message: "no face found", code: 17 } }],
    ["in an object in an object", { faceswap_fail_reason: { error: { msg: "no face found" } } }],
    ["as a list", { faceswap_fail_reason: ["no face found"] }],
    ["behind a blank one", { faceswap_fail_reason: "  ", error_reason: "no face found" }],
    ["behind an empty object", { faceswap_fail_reason: {}, error_reason: "no face found" }],
    ["in error_msg", { error_msg: "no face found" }],
    ["in msg of the data", { msg: "no face found" }],
    ["in fail_reason", { fail_reason: "no face found" }],
    ["in errorMessage", { errorMessage: "no face found" }],
    ["in err_msg", { err_msg: "no face found" }],
    ["in a list of errors", { errors: [{ message: "no face found" }] }],
    ["behind what says nothing", { faceswap_fail_reason: "null", error_reason: "no face found" }],
    ["behind a mark that says nothing", { error_reason: " - ", error_msg: "no face found" }],
  ])("%s is reported", (_, fields) => {
    expect(failed(fields)).toMatchObject({ kind: "failed", reason: "no face found" });
  });

  it.each(["msg", "error_msg", "message"])("only in the envelope's %s is reported", (name) => {
    expect(failed({}, { msg: undefined, [name]: "no face found" })).toMatchObject({
      reason: "no face found",
    });
  });

  it("of several texts has them all", () => {
    expect(failed({ error_reason: ["no face", { message: "too dark" }] })).toMatchObject({
      reason: "no face; too dark",
    });
  });

  it("that is only a code names the code", () => {
    expect(failed({ error_code: 1208 })).toMatchObject({ reason: "error code 1208" });
  });

  it("that is unreadable stays as it came", () => {
    expect(failed({ error_reason: { a: { b: true } } })).toMatchObject({
      reason: '{"a":{"b":true}}',
    });
  });

  it.each(["OK", "success", "", undefined])("is not what AKOOL says of any answer: %j", (msg) => {
    expect(failed({}, { msg })).toMatchObject({ reason: "AKOOL gave no reason" });
  });

  it.each<[object]>([
    [{ msg: { message: "no credits" } }],
    [{ msg: " ", error_msg: "no credits" }],
    [{ error: { message: "no credits" } }],
    [{ msg: ["no credits"] }],
  ])("of a refusal is read in the same way: %j", (envelope) => {
    const body = JSON.stringify({ code: 1003, ...envelope });

    expect(poll(body)).toMatchObject({ kind: "rejected", message: "no credits" });
    expect(create(body)).toEqual({ kind: "refused", code: 1003, message: "no credits" });
  });

  it("is read under a code that is called error_code", () => {
    const body = '{"error_code":"1005","error_msg":"too frequent"}';

    expect(poll(body)).toEqual({ kind: "throttled", detail: "code 1005: too frequent" });
    expect(create(body)).toMatchObject({ kind: "not_now", trouble: "throttled" });
  });
});

describe("text of AKOOL's", () => {
  const half = "\ud83d";

  it("is well-formed and cut between characters, wherever it goes", () => {
    const fields = fc.record({
      file_name: fc.string({ unit: "binary", maxLength: 3_000 }),
      prompt: fc.string({ unit: fc.constantFrom("\u{1F600}", half, "x"), maxLength: 3_000 }),
      faceswap_fail_reason: fc.string({
        unit: fc.constantFrom("\u{1F600}", half, "x "),
        maxLength: 3_000,
      }),
      video_status: fc.constantFrom(2, 4, half),
    });
    fc.assert(
      fc.property(
        fields,
        fc.string({ unit: fc.constantFrom("\u{1F600}", half), maxLength: 3_000 }),
        (data, msg) => {
          const seen = [
            pollOf({ _id: ID, ...data }),
            poll(JSON.stringify({ code: 1003, msg })),
            create(JSON.stringify({ code: 1003, msg })),
            poll(`<title>${msg}</title>`),
          ];
          // JSON writes half a character as an escape, and a whole one as it is.
          expect(JSON.stringify(seen)).not.toMatch(/\\ud[89a-f]/i);
          expect(JSON.stringify(seen).isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it("is well-formed in ids, addresses and companions as well", () => {
    const text = `x${half}`;
    const data = {
      team_id: text,
      video_url: `https://a.example/${half}`,
      audio_splits: { a: text },
    };

    expect(pollOf({ _id: ID, video_status: 2, ...data })).toMatchObject({
      akool: {
        team_id: "x\ufffd",
        video_url: "https://a.example/\ufffd",
        audio_splits: { a: "x\ufffd" },
      },
    });
  });

  it.each([
    "signature: bold",
    "Close-up: is she smiling? Then #2",
    "token: none",
    "cookie: chocolate",
    `${"x".repeat(120)}`,
    "see https://example.com/a?b=c#d",
  ])("written by a customer stays as it is: %s", (text) => {
    expect(pollOf({ _id: ID, video_status: 2, prompt: text, file_name: text })).toMatchObject({
      akool: { prompt: text, file_name: text },
    });
  });

  it("that is a number is one on the record", () => {
    const data = { deduction_credit: "20", video_duration: " 10.5 ", progress: "half" };

    expect(pollOf({ _id: ID, video_status: 2, ...data })).toMatchObject({
      akool: { deduction_credit: 20, video_duration: 10.5 },
    });
    expect(pollOf({ _id: ID, video_status: 2, ...data })).not.toHaveProperty("akool.progress");
  });

  it("keeps numbers that are too large for JavaScript as AKOOL wrote them", () => {
    const body = `{"code":1000,"data":{"_id":"${ID}","video_status":2,"uid":12345678901234567890}}`;

    expect(poll(body)).toMatchObject({ akool: { uid: "12345678901234567890" } });
  });
});

describe("the fields of the siblings", () => {
  it("are recorded, with the addresses of companion files", () => {
    const text = readFileSync(
      new URL("../../packages/akool-simulator/samples/translation-completed.json", import.meta.url),
      "utf8",
    );
    const { data } = JSON.parse(text);

    expect(interpret(data._id, { status: 200, body: text })).toMatchObject({
      kind: "completed",
      akool: data,
    });
  });

  it("are bounded", () => {
    const audio_splits = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`file${i}`, `https://a.example/${i}`]),
    );
    const seen = pollOf({
      _id: ID,
      video_status: 2,
      audio_splits: { ...audio_splits, file0: 7, file1: "" },
    });

    expect("akool" in seen && Object.keys(seen.akool.audio_splits ?? {})).toHaveLength(18);
    expect(pollOf({ _id: ID, video_status: 2, audio_splits: { none: null } })).toMatchObject({
      akool: { _id: ID, video_status: 2, audio_splits: {} },
    });
  });

  it("are usable addresses, as that of the video is", () => {
    const audio_splits = { original_srt_url: " //a.example/a.srt ", translated_srt_url: "" };

    expect(pollOf({ _id: ID, video_status: 3, audio_splits })).toMatchObject({
      akool: { audio_splits: { original_srt_url: "https://a.example/a.srt" } },
    });
    expect(pollOf({ _id: ID, video_status: 3, audio_splits: null })).not.toHaveProperty(
      "akool.audio_splits",
    );
  });

  const SUBTITLES = "https://a.example/a.srt";
  const FILM = "https://a.example/b.mp4";
  it.each([
    ["a list of one", [{ original_srt_url: SUBTITLES, no_caption_video_url: FILM }]],
    ["a list of them", [{ original_srt_url: SUBTITLES }, null, { no_caption_video_url: FILM }]],
    ["JSON", JSON.stringify({ original_srt_url: SUBTITLES, no_caption_video_url: FILM })],
    ["other joints", { originalSrtUrl: SUBTITLES, "no-caption-video": { url: FILM } }],
  ])("may be %s", (_name, audio_splits) => {
    expect(pollOf({ _id: ID, video_status: 3, audio_splits })).toMatchObject({
      akool: { audio_splits: { original_srt_url: SUBTITLES, no_caption_video_url: FILM } },
    });
  });

  it.each([
    ["text", "none"],
    ["an empty list", []],
    ["a number", 7],
    ["a list of addresses", [SUBTITLES]],
    ["a list in JSON", "[7]"],
    ["a text that is too long", JSON.stringify({ original_srt_url: "x".repeat(70_000) })],
  ])("are none in %s", (_name, audio_splits) => {
    expect(pollOf({ _id: ID, video_status: 3, audio_splits })).not.toHaveProperty(
      "akool.audio_splits",
    );
  });
});
