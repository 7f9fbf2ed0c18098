import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "#akool/interpret.ts";
import { repairedJson } from "#akool/repaired-json.ts";
import { statusOf, wholeNumber } from "#akool/spellings.ts";
import { parseTolerantly } from "#akool/tolerant-json.ts";
import { create, DONE, ID, poll, pollOf, VIDEO } from "./spelled.ts";

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
