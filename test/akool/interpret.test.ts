import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "#akool/interpret.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const CREATED = 1754362985482;

function sample(name: string): string {
  return readFileSync(new URL(`../fixtures/akool/${name}.json`, import.meta.url), "utf8");
}

function answer(data: unknown, envelope: Record<string, unknown> = {}, status = 200) {
  return interpret(ID, {
    status,
    body: JSON.stringify({ code: 1000, msg: "OK", data, ...envelope }),
  });
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
    "takes status 3 with video %j for neither done nor failed",
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
    ["done", "unknown_status"],
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
    expect(answer(undefined, { code: 4321, msg: "" })).toMatchObject({
      detail: "undocumented code 4321",
    });
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

describe("answers that are none", () => {
  it.each([
    ["code 1000 without data", answer(undefined)],
    ["code 1000 with null data", answer(null)],
    ["data that is a list", answer([])],
    ["the data of another video", answer({ _id: "6891746900000000ab3d28c9", video_status: 3 })],
    ["a success with HTTP 500", answer({ _id: ID, video_status: 2 }, {}, 500)],
    ["HTML with HTTP 502", interpret(ID, { status: 502, body: "<html>Bad Gateway</html>" })],
    ["HTML with HTTP 200", interpret(ID, { status: 200, body: "<html></html>" })],
    ["a cut-off body", interpret(ID, { status: 200, body: '{"code":1000,"data":{"_id"' })],
    ["nothing", interpret(ID, { status: 200, body: "" })],
    ["JSON without a code", interpret(ID, { status: 200, body: '{"msg":"OK"}' })],
    ["HTTP 429", interpret(ID, { status: 429, body: "slow down" })],
    ["a redirect", interpret(ID, { status: 302, body: "" })],
    ["data that says nothing", answer({})],
    ["a refusal that a gateway gives", answer(undefined, { code: 1003 }, 502)],
    ["a missing id that a gateway reports", answer(undefined, { code: 1014 }, 429)],
  ])("%s is unavailable", (_, seen) => {
    expect(seen.kind).toBe("unavailable");
  });

  it.each([401, 403])("HTTP %d is the account's fault, with or without a code", (status) => {
    expect(interpret(ID, { status, body: "denied" }).kind).toBe("account_fault");
    expect(answer(undefined, { code: 1010 }, status).kind).toBe("account_fault");
    expect(answer(undefined, { code: 4711 }, status).kind).toBe("account_fault");
  });

  it("takes an id in capitals for the same id", () => {
    expect(answer({ _id: ID.toUpperCase(), video_status: 2 }).kind).toBe("processing");
  });

  it("a business code counts whatever the HTTP status is", () => {
    expect(answer(undefined, { code: 1101 }, 500).kind).toBe("account_fault");
    expect(answer(undefined, { code: 1014 }, 404).kind).toBe("not_found");
  });
});

describe("tolerance", () => {
  it("drops fields of another type than documented, and unknown ones, and goes on", () => {
    const seen = answer({
      _id: ID,
      video_status: 2,
      uid: "101400",
      create_time: "yesterday",
      file_name: 5,
      deduction_credit: null,
      brand_new: true,
    });

    expect(seen).toEqual({
      kind: "processing",
      akool: { _id: ID, video_status: 2, uid: "101400" },
    });
  });

  it("cuts long texts, and drops addresses and numbers that would not be the same any more", () => {
    const seen = answer({
      _id: ID,
      video_status: 4,
      prompt: "p".repeat(500_000),
      faceswap_fail_reason: "r".repeat(500_000),
      video: `https://x.cloudfront.net/${"v".repeat(5_000)}`,
      uid: 2 ** 60,
      video_duration: 1e200,
    });

    expect(seen).toMatchObject({ kind: "failed", reason: "r".repeat(2_000) });
    expect("akool" in seen && Object.keys(seen.akool).sort()).toEqual([
      "_id",
      "faceswap_fail_reason",
      "prompt",
      "video_status",
    ]);
    expect(
      JSON.stringify(answer(undefined, { code: 1101, msg: "m".repeat(500_000) })).length,
    ).toBeLessThan(2_100);
  });

  it("never throws, whatever comes, and ends no job by something that is not JSON", () => {
    const anyBody = fc.oneof(fc.string(), fc.json(), fc.constant(sample("completed").slice(0, 99)));
    fc.assert(
      fc.property(anyBody, fc.integer({ min: 100, max: 599 }), (body, status) => {
        const { kind } = interpret(ID, { status, body });
        expect(["failed", "rejected", "not_found"]).not.toContain(kind);
      }),
    );
  });
});
