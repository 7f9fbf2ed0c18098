import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openWebhook } from "#akool/webhook.ts";
import { seal } from "#test/support/webhooks.ts";

const CREDENTIALS = { clientId: "0123456789abcdef", clientSecret: "abcdefghijklmnopqrstuvwx" };
const ID = "689174694b4dbdd4ab3d28c9";
const NOW = 1_754_363_095_482;
const HOUR = 3_600_000;

const open = (text: string) =>
  openWebhook(text, { credentials: [CREDENTIALS], windowMs: HOUR, now: NOW });

/** The signature of parts that are spelled as given. */
function signed(parts: { dataEncrypt: string; timestamp: string; nonce: string }): string {
  const sorted = [CREDENTIALS.clientId, ...Object.values(parts)].sort();
  return createHash("sha1").update(sorted.join("")).digest("hex");
}

const sealed = (payload: string, timestamp = NOW) =>
  seal(payload, CREDENTIALS.clientId, CREDENTIALS.clientSecret, timestamp);
const openPayload = (payload: unknown) =>
  open(JSON.stringify(sealed(typeof payload === "string" ? payload : JSON.stringify(payload))));

const genuine = sealed(JSON.stringify({ _id: ID, status: 3 }));

/** A body of which the numbers are spelled as given, and signed so. */
function spelled(timestamp: string, nonce: string): string {
  const { dataEncrypt } = genuine;
  const bare = (text: string) => text.replaceAll('"', "");
  const signature = signed({ dataEncrypt, timestamp: bare(timestamp), nonce: bare(nonce) });
  return `{"signature":"${signature}","dataEncrypt":"${dataEncrypt}","timestamp":${timestamp},"nonce":${nonce}}`;
}

describe("the body of a genuine webhook", () => {
  it.each<[string, string]>([
    ["a member more", JSON.stringify({ ...genuine, event: "video.completed" })],
    ["several more, of any kind", JSON.stringify({ v: null, ...genuine, a: [1], b: { c: {} } })],
    ["a byte order mark", `\uFEFF${JSON.stringify(genuine)}`],
    ["line breaks and indents", `${JSON.stringify(genuine, null, 4)}\r\n`],
    [
      "its signature in capitals",
      JSON.stringify({ ...genuine, signature: genuine.signature.toUpperCase() }),
    ],
    [
      "blanks around its signature",
      JSON.stringify({ ...genuine, signature: ` ${genuine.signature}\n` }),
    ],
    ["JSON in a JSON text", JSON.stringify(JSON.stringify(genuine))],
    ["a semicolon behind it", `${JSON.stringify(genuine)};`],
    ["a member that is no JSON", JSON.stringify({ ...genuine, x: 1 }).replace(":1}", ":NaN}")],
    ["escaped slashes", JSON.stringify(genuine).replaceAll("/", "\\/")],
  ])("is accepted with %s", (_, text) => {
    expect(open(text)).toEqual(open(JSON.stringify(genuine)));
    expect(open(text)?.videoModelId).toBe(ID);
  });

  it.each([
    ["a time as text", `"${NOW}"`, '"0042"'],
    ["a time with a fraction", `${NOW}.0`, '"0042"'],
    ["a time in seconds", "1754363095", '"0042"'],
    ["a time in seconds as text, with a fraction", '"1754363095.482"', '"0042"'],
    ["a time in ISO 8601", '"2025-08-05T03:04:55.482Z"', '"0042"'],
    ["a time in seconds with a fraction", "1754363095.482", '"0042"'],
    ["a time in microseconds", `${NOW}000`, '"0042"'],
    ["a time as SQL writes it", '"2025-08-05 03:04:55"', '"0042"'],
    ["a time as HTTP writes it", '"Tue, 05 Aug 2025 03:04:55 GMT"', '"0042"'],
    ["a nonce as number", `${NOW}`, "42"],
    ["a nonce beyond 2^53", `${NOW}`, "12345678901234567890"],
    ["a nonce with a fraction", `${NOW}`, "0.50"],
  ])("is accepted with %s", (_, timestamp, nonce) => {
    expect(open(spelled(timestamp, nonce))?.videoModelId).toBe(ID);
  });

  it.each([
    [
      "a nonce that was rounded after it was signed",
      `${NOW}`,
      "12345678901234567890",
      "12345678901234567000",
    ],
    ["a nonce without its leading zeros", `${NOW}`, '"0042"', '"42"'],
  ])("is refused with %s", (_, timestamp, nonce, other) => {
    const text = spelled(timestamp, nonce);

    expect(open(text)).toBeDefined();
    expect(open(text.replace(nonce, other))).toBeUndefined();
  });

  it.each([
    ["seconds", "1754359494"],
    ["milliseconds", `${NOW - HOUR - 1}`],
    ["ISO 8601", '"2025-08-05T01:04:55.482Z"'],
    ["no date", '"2025-99-99T99:99:99Z"'],
    ["nothing", "null"],
  ])("is refused outside its window, in %s", (_, timestamp) => {
    expect(open(spelled(timestamp, '"0042"'))).toBeUndefined();
  });
});

describe("the encrypted part of a genuine webhook", () => {
  const { timestamp, nonce } = genuine;
  const standard = sealed(JSON.stringify({ _id: ID, pad: "~~~???>>>~~~???>>>ÿÿÿÿÿÿ" })).dataEncrypt;
  const broken = standard.replace(/.{20}/g, "$&\r\n");
  const urlSafe = standard.replaceAll("+", "-").replaceAll("/", "_");
  const send = (dataEncrypt: string, signedAs = dataEncrypt) =>
    open(
      JSON.stringify({
        signature: signed({ dataEncrypt: signedAs, timestamp: `${timestamp}`, nonce: `${nonce}` }),
        dataEncrypt,
        timestamp,
        nonce,
      }),
    );

  it.each([
    ["line breaks that were signed", broken, broken],
    ["line breaks that came after the signature", broken, standard],
    ["the url-safe alphabet", urlSafe, urlSafe],
    [
      "the url-safe alphabet without padding",
      urlSafe.replaceAll("=", ""),
      urlSafe.replaceAll("=", ""),
    ],
  ])("is opened with %s", (_, dataEncrypt, signedAs) => {
    expect(standard).not.toBe(urlSafe);
    expect(send(dataEncrypt, signedAs)?.videoModelId).toBe(ID);
  });

  it("is the same delivery, however its lines are broken, so a replay is recognized", () => {
    expect(send(broken, standard)?.deliveryId).toBe(send(standard)?.deliveryId);
  });

  it("is refused with another alphabet than was signed: that would be another delivery", () => {
    expect(send(urlSafe, standard)).toBeUndefined();
  });
});

describe("the payload of a genuine webhook", () => {
  it.each<[string, unknown]>([
    ["a null beside its id", { _id: ID, video_id: null }],
    ["its id in the other place", { _id: null, video_id: ID }],
    ["an empty id in the first place", { _id: " ", video_id: ID }],
    ["an id that cannot be one in the first place", { _id: 7, video_id: ID }],
    [
      "nulls for all that is optional",
      { _id: ID, url: null, type: null, status: null, video_status: null },
    ],
    ["members of other kinds", { _id: ID, status: {}, type: [], url: 7, more: [null] }],
    ["blanks around its id", { _id: ` ${ID}\n` }],
    ["an id as MongoDB writes it", { _id: { $oid: ID } }],
    ["a byte order mark", `\uFEFF{"_id":"${ID}"}`],
    ["NULs behind", `{"_id":"${ID}"}\0\0\0`],
    ["line breaks", JSON.stringify({ _id: ID }, null, 2)],
    ["JSON in a JSON text", JSON.stringify(JSON.stringify({ _id: ID }))],
    ["a list of one", [{ _id: ID }]],
    ["its members in data", { data: { _id: ID }, event: "x" }],
    ["its members in a text in data", { data: JSON.stringify({ _id: ID }) }],
    ["words that are no JSON", `{"_id":"${ID}","progress":NaN,}`],
  ])("is read with %s", (_, payload) => {
    expect(openPayload(payload)?.videoModelId).toBe(ID);
  });

  it("keeps every digit of an id that is a number", () => {
    expect(openPayload('{"_id":12345678901234567890}')?.videoModelId).toBe("12345678901234567890");
  });

  it.each<[unknown, string]>([
    [{}, ""],
    [{ status: 3 }, ""],
    [{ _id: null, video_id: null }, ""],
    [{ _id: ["a"] }, ""],
    [{ data: [] }, ""],
    [{ data: { data: { data: { data: { _id: ID } } } } }, ""],
    [{ _id: "../../etc", video_id: "x" }, "../../etc"],
  ])("is verified even without a usable id: %j", (payload, videoModelId) => {
    expect(openPayload(payload)).toMatchObject({ videoModelId });
  });

  it.each([3, 4, "3", "4", "3.0", " 4 ", "completed", "FAILED", "succeeded", "error", { code: 3 }])(
    "with status %j says that the job has ended",
    (status) => {
      expect(openPayload({ _id: ID, status })?.saysEnded).toBe(true);
      expect(openPayload({ _id: ID, status: null, video_status: status })?.saysEnded).toBe(true);
    },
  );

  it.each([1, 2, 30, "2", "processing", "uncompleted", null, {}, undefined])(
    "with status %j does not",
    (status) => {
      expect(openPayload({ _id: ID, status })?.saysEnded).toBe(false);
    },
  );

  it.each([
    ["image", false],
    ["audio", false],
    ["background change", false],
    ["faceswap", false],
    [" FaceSwap ", false],
    ["background_change", false],
    ["backgroundChange", false],
    ["Face Swap", false],
    ["talking photo", true],
    ["video translate", true],
    ["avatar", true],
    ["lipsync", true],
    ["character swap", true],
    ["imagery", true],
    [null, true],
    [undefined, true],
    [{ image: 1 }, true],
  ])("of the type %j may be of a job that polls find: %s", (type, servedByPolls) => {
    expect(openPayload({ _id: ID, type })?.servedByPolls).toBe(servedByPolls);
  });
});

describe("what is sent, spelled in any way,", () => {
  it("is opened only under the secret and the client id that it was made with", () => {
    const stray = fc.record({
      key: fc.string({ maxLength: 8 }),
      value: fc.jsonValue({ maxDepth: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(stray, { maxLength: 5 }),
        fc.integer({ min: 0, max: 6 }),
        fc.boolean(),
        fc.constantFrom(CREDENTIALS.clientId, "another-client-i"),
        fc.constantFrom(CREDENTIALS.clientSecret, "another-secret-of-24-byt"),
        (strays, indent, mark, clientId, clientSecret) => {
          const more = Object.fromEntries(strays.map(({ key, value }) => [`x${key}`, value]));
          const payload = JSON.stringify({ ...more, _id: ID, status: null }, null, indent);
          const body = seal(payload, clientId, clientSecret, NOW);
          const text = `${mark ? "\uFEFF" : ""}${JSON.stringify({ ...more, ...body }, null, indent)}`;
          const own =
            clientId === CREDENTIALS.clientId && clientSecret === CREDENTIALS.clientSecret;
          expect(open(text)?.videoModelId).toBe(own ? ID : undefined);
        },
      ),
    );
  });
});
