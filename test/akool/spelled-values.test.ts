import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "#akool/spellings.ts";
import { CREATED, create, ID, poll, pollOf } from "./spelled.ts";

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
