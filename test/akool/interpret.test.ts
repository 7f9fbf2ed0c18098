import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "#akool/interpret.ts";
import { isAnswer, type Observation } from "#domain/job/observation.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const OTHER_ID = "6891746900000000ab3d28c9";
const RUNNING = { _id: ID, video_status: 2 };
const NAMELESS = { video_status: 2 };
const CREATED = 1754362985482;

function sample(name: string): string {
  return readFileSync(
    new URL(`../../packages/akool-simulator/samples/${name}.json`, import.meta.url),
    "utf8",
  );
}

function answer(data: unknown, envelope: Record<string, unknown> = {}, status = 200) {
  return interpret(ID, {
    status,
    body: JSON.stringify({ code: 1000, msg: "OK", data, ...envelope }),
  });
}

/** Whether the store would refuse, or change, a field: DynamoDB's bounds, with a wide margin. */
function isTooMuch(value: unknown): boolean {
  if (typeof value === "string") return Buffer.byteLength(value) > 8_192 || !value.isWellFormed();
  if (typeof value === "object") return Object.values(value ?? {}).some(isTooMuch);
  const size = typeof value === "number" ? Math.abs(value) : Number.NaN;
  return !(size === 0 || (size >= 1e-9 && size <= Number.MAX_SAFE_INTEGER));
}

function page(status: number, body: string) {
  return interpret(ID, { status, body });
}

describe("AKOOL's documented answers", () => {
  it("while queueing", () => {
    const seen = interpret(ID, { status: 200, body: sample("queueing") });

    expect(seen).toMatchObject({ kind: "queueing", createdAt: CREATED });
  });

  it("when completed, with the generated video and every documented field", () => {
    const body = sample("completed");

    const seen = interpret(ID, { status: 200, body });

    expect(seen).toEqual({
      kind: "completed",
      createdAt: CREATED,
      videoUrl: "https://d2qf6ukcym4kn9.cloudfront.net/1754363091791-1423.mp4",
      akool: JSON.parse(body).data,
    });
  });

  it("when failed, although the code says OK", () => {
    expect(interpret(ID, { status: 200, body: sample("failed") })).toMatchObject({
      kind: "failed",
      reason: "Failed to process the video. Please check your input resources.",
    });
  });
});

describe("the mistakes of public clients", () => {
  it("never takes video_url, the customer's input, for the result", () => {
    const seen = answer({ _id: ID, video_status: 3, video_url: "https://x.cloudfront.net/in.mp4" });

    expect(seen.kind).toBe("completed_without_video");
  });

  it.each([undefined, "", null, "not a url", 7])(
    "treats status 3 with video %j as neither done nor failed",
    (video) => {
      expect(answer({ _id: ID, video_status: 3, video }).kind).toBe("completed_without_video");
    },
  );

  it.each([
    [1, "queueing"],
    [2, "processing"],
    [4, "failed"],
    [0, "unknown_status"],
    [5, "unknown_status"],
    [-1, "unknown_status"],
    ["2", "processing"],
    ["done and dusted", "unknown_status"],
    [undefined, "unknown_status"],
  ])("reads video_status %j as %s", (video_status, kind) => {
    expect(answer({ _id: ID, video_status }).kind).toBe(kind);
  });

  it("does not compare msg", () => {
    expect(answer({ _id: ID, video_status: 2 }, { msg: "success" }).kind).toBe("processing");
    expect(answer({ _id: ID, video_status: 2 }, { msg: undefined }).kind).toBe("processing");
  });

  it.each([
    [1005, "throttled"],
    [2001, "unavailable"],
    [1101, "account_fault"],
    [1008, "not_found"],
    [1003, "rejected"],
    [9999, "unavailable"],
    ["1005", "throttled"],
  ])("reads code %j as %s, never as still processing", (code, kind) => {
    expect(answer(undefined, { code, msg: "some text" }).kind).toBe(kind);
  });
});

describe("details for a person", () => {
  it("name the code and AKOOL's text", () => {
    expect(answer(undefined, { code: 1101, msg: "token expired" })).toEqual({
      kind: "account_fault",
      detail: "code 1101: token expired",
    });
    expect(answer(undefined, { code: 4321, msg: undefined })).toMatchObject({
      detail: "undocumented code 4321",
    });
    expect(answer({ video_status: 7 })).toMatchObject({ detail: "video_status 7" });
    expect(answer(undefined, { code: 1003, msg: "" })).toMatchObject({
      code: 1003,
      message: "AKOOL gave no message",
    });
  });

  it("fall back on the sibling products' reason, then say that there is none", () => {
    expect(answer({ video_status: 4, error_reason: "no face" })).toMatchObject({
      reason: "no face",
    });
    expect(answer({ video_status: 4 })).toMatchObject({ reason: "AKOOL gave no reason" });
  });
});

describe("unusable answers", () => {
  it.each<[string, () => Observation, string]>([
    ["code 1000 without data", () => answer(undefined), "code 1000"],
    ["code 1000 with null data", () => answer(null), "code 1000"],
    ["data that is a list", () => answer([]), "code 1000"],
    ["data that says nothing", () => answer({}), "code 1000"],
    ["the data of another video", () => answer({ _id: OTHER_ID, video_status: 3 }), "code 1000"],
    ["a nameless success, HTTP 300", () => answer(NAMELESS, {}, 300), "HTTP 300, code 1000"],
    ["a nameless success, HTTP 199", () => answer(NAMELESS, {}, 199), "HTTP 199, code 1000"],
    ["a nameless success, HTTP 500", () => answer(NAMELESS, {}, 500), "HTTP 500, code 1000"],
    ["HTML with HTTP 502", () => page(502, "<html>Bad Gateway</html>"), "HTTP 502"],
    ["HTML with HTTP 200", () => page(200, "<html></html>"), "HTTP 200"],
    ["a cut-off body", () => page(200, '{"code":1000,"data":{"_id"'), "HTTP 200"],
    ["nothing", () => page(200, ""), "HTTP 200"],
    ["JSON without a code", () => page(200, '{"msg":"OK"}'), "HTTP 200"],
    ["a code within other text", () => page(200, '{"code":"x1000"}'), "HTTP 200"],
    ["a code before other text", () => page(200, '{"code":"1000x"}'), "HTTP 200"],
    ["a redirect", () => page(302, ""), "HTTP 302"],
    ["a refusal that a gateway gives", () => answer(undefined, { code: 1003 }, 500), "HTTP 500"],
  ])("%s is unavailable, and the detail says what came", (_, see, detail) => {
    expect(see()).toEqual({ kind: "unavailable", detail: expect.stringContaining(detail) });
  });

  it.each([200, 299])("a success with HTTP %d counts, even without an id", (status) => {
    expect(answer(NAMELESS, {}, status).kind).toBe("processing");
  });

  it.each([199, 300, 401, 403, 404, 429, 500, 503])(
    "a success that names this job counts even under HTTP %d",
    (status) => {
      expect(answer(RUNNING, {}, status).kind).toBe("processing");
    },
  );

  it.each([
    ["a page", () => page(429, "slow down")],
    ["a missing id", () => answer(undefined, { code: 1014 }, 429)],
    ["an account's fault", () => answer(undefined, { code: 1101 }, 429)],
    ["a code that nobody knows", () => answer(undefined, { code: 429 }, 429)],
  ])("HTTP 429 with %s is throttled", (_, see) => {
    expect(see()).toEqual({ kind: "throttled", detail: expect.stringContaining("HTTP 429") });
  });

  it.each([401, 403])("code 1005 is throttled under HTTP %d", (status) => {
    expect(answer(undefined, { code: 1005 }, status).kind).toBe("throttled");
  });

  it.each([401, 403])("HTTP %d is the account's fault, with or without a code", (status) => {
    const detail = expect.stringContaining(`HTTP ${status}`);

    expect(page(status, "denied")).toEqual({ kind: "account_fault", detail });
    expect(answer(undefined, { code: 1010 }, status)).toEqual({ kind: "account_fault", detail });
    expect(answer(undefined, { code: 4711 }, status)).toEqual({
      kind: "account_fault",
      detail,
      undocumented: true,
    });
  });

  it("treats an id in capitals as the same id", () => {
    expect(answer({ _id: ID.toUpperCase(), video_status: 2 }).kind).toBe("processing");
  });

  it("a business code counts whatever the HTTP status is", () => {
    expect(answer(undefined, { code: 1101 }, 500).kind).toBe("account_fault");
    expect(answer(undefined, { code: 1014 }, 404).kind).toBe("not_found");
  });
});

describe("tolerance", () => {
  it("keeps fields of another type than documented as text where it can, and drops unknown ones", () => {
    const seen = answer({
      _id: ID,
      video_status: 2,
      uid: "101400",
      create_time: "yesterday",
      file_name: 5,
      prompt: { text: "p" },
      deduction_credit: null,
      webhookUrl: ["no text"],
      brand_new: true,
    });

    expect(seen).toStrictEqual({
      kind: "processing",
      akool: {
        _id: ID,
        video_status: 2,
        uid: "101400",
        file_name: "5",
        prompt: '{"text":"p"}',
      },
    });
  });

  it.each(["x2", "2x", "2.5", "- 2", ""])("treats %j as no video_status", (video_status) => {
    expect(answer({ _id: ID, video_status })).toMatchObject({
      kind: "unknown_status",
      akool: { _id: ID },
    });
  });

  it.each([17, "FACE_NOT_FOUND"])("keeps a sibling product's error code %j", (error_code) => {
    expect(answer({ ...RUNNING, error_code })).toMatchObject({ akool: { error_code } });
  });

  it.each([
    [1e-200, 0],
    [-1e-200, 0],
    [1e-9, 1e-9],
    [-1e-9, -1e-9],
    [0.25, 0.25],
  ])("drops numbers that the store refuses: %d becomes %d", (deduction_credit, kept) => {
    expect(answer({ ...RUNNING, deduction_credit })).toMatchObject({
      akool: { deduction_credit: kept },
    });
  });

  it.each(["file_name", "prompt", "resolution"])(
    "drops the signature of an address in %s",
    (field) => {
      const signed = "https://in.example/me.mp4?X-Amz-Signature=5f2e9c1a";
      const data = { _id: ID, video_status: 2, [field]: `like ${signed}` };

      const seen = interpret(ID, { status: 200, body: JSON.stringify({ code: 1000, data }) });

      expect(seen).toMatchObject({
        akool: { [field]: "like https://in.example/me.mp4?[redacted]" },
      });
    },
  );

  it("cuts long texts, and drops addresses and numbers that it cannot hold whole", () => {
    const seen = answer({
      _id: ID,
      video_status: 4,
      prompt: "p".repeat(500_000),
      faceswap_fail_reason: "reason ".repeat(70_000),
      video: `https://x.cloudfront.net/${"v".repeat(9_000)}`,
      team_id: "t".repeat(9_000),
      video_duration: 1e200,
    });

    expect(seen).toMatchObject({
      kind: "failed",
      reason: "reason ".repeat(300).slice(0, 2_000),
      akool: { prompt: "p".repeat(2_000) },
    });
    expect("akool" in seen && Object.keys(seen.akool).sort()).toEqual([
      "_id",
      "faceswap_fail_reason",
      "prompt",
      "video_status",
    ]);
    expect(
      JSON.stringify(answer(undefined, { code: 1101, msg: "message ".repeat(60_000) })).length,
    ).toBeLessThan(2_100);
  });

  it("reduces any fields to what the store can hold, and still accepts the answer", () => {
    const names = Object.keys(JSON.parse(sample("completed")).data);
    const anyValue = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("x".repeat(2_000), "x".repeat(2_001)),
      fc.double(),
      fc.maxSafeInteger(),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), anyValue), (fields) => {
        const seen = answer({ ...fields, _id: ID });
        expect(isAnswer(seen)).toBe(true);
        expect(Object.values(isAnswer(seen) ? seen.akool : {}).some(isTooMuch)).toBe(false);
      }),
    );
  });

  it("never throws, and never ends a job without JSON", () => {
    const anyBody = fc.oneof(fc.string(), fc.json(), fc.constant(sample("completed").slice(0, 99)));
    fc.assert(
      fc.property(anyBody, fc.integer({ min: 100, max: 599 }), (body, status) => {
        fc.pre(!/"(code|error_code|video_status|status)"/.test(body));
        const { kind } = interpret(ID, { status, body });
        expect(["failed", "rejected", "not_found"]).not.toContain(kind);
      }),
    );
  });
});
