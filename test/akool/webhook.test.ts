import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openWebhook } from "#akool/webhook.ts";
import { signWebhook } from "#akool/webhook-body.ts";
import { seal } from "#test/support/webhooks.ts";

interface Vector {
  name: string;
  clientId: string;
  clientSecret: string;
  plaintext: string;
  body: { signature: string; dataEncrypt: string; timestamp: number; nonce: string | number };
}
interface Vectors {
  vectors: Vector[];
  publishedButInvalid: Omit<Vector, "name" | "plaintext"> & { computedSignature: string };
}

const { vectors, publishedButInvalid }: Vectors = JSON.parse(
  readFileSync(
    new URL("../../packages/akool-simulator/samples/webhook-vectors.json", import.meta.url),
    "utf8",
  ),
);
const [first] = vectors;
if (first === undefined) throw new Error("there are vectors");

const HOUR = 3_600_000;

function open(
  vector: Pick<Vector, "clientId" | "clientSecret" | "body">,
  change: object = {},
  now = 0,
) {
  return openWebhook(JSON.stringify({ ...vector.body, ...change }), {
    credentials: [{ clientId: vector.clientId, clientSecret: vector.clientSecret }],
    windowMs: HOUR,
    now: vector.body.timestamp + now,
  });
}

describe("AKOOL's webhook vectors", () => {
  it.each(vectors)("$name: opens", (vector) => {
    expect(open(vector)).toEqual({
      videoModelId: "689174694b4dbdd4ab3d28c9",
      saysEnded: !vector.plaintext.includes('"status":2'),
      servedByPolls: false,
      deliveryId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each(vectors)("$name: is made identically", ({ clientId, clientSecret, plaintext, body }) => {
    expect(seal(plaintext, clientId, clientSecret, body.timestamp, body.nonce)).toEqual(body);
  });

  it("the example that AKOOL publishes does not verify", () => {
    expect(open(publishedButInvalid)).toBeUndefined();
    expect(signWebhook(publishedButInvalid.clientId, publishedButInvalid.body)).toBe(
      publishedButInvalid.computedSignature,
    );
  });
});

/** The changed body, signed with the client id, which is no secret. */
const resigned = (change: { dataEncrypt?: string; timestamp?: string }) => ({
  ...change,
  signature: signWebhook(first.clientId, { ...first.body, ...change }),
});

describe("a webhook is refused", () => {
  it.each<[string, object]>([
    ["with another signature", { signature: "0".repeat(40) }],
    ["with a signature of another length", { signature: "00" }],
    ["with more in front of its signature", { signature: `00${first.body.signature}` }],
    ["with more behind its signature", { signature: `${first.body.signature}00` }],
    ["with other data under the signature", { dataEncrypt: "AAAAAAAAAAAAAAAAAAAAAA==" }],
    ["with another nonce", { nonce: "1530" }],
    ["with another time", { timestamp: first.body.timestamp + 1 }],
    ["without a nonce", { nonce: undefined }],
    ["with data that is not base64", { dataEncrypt: "<html>" }],
    ["with far too much data", { dataEncrypt: "A".repeat(9_000) }],
  ])("%s", (_, change) => {
    expect(open(first, change)).toBeUndefined();
  });

  it.each([
    ["more in front of its data", { dataEncrypt: `<${first.body.dataEncrypt}` }],
    ["more behind its data", { dataEncrypt: `${first.body.dataEncrypt}<` }],
    ["a time that is none", { timestamp: "now" }],
    ["more in front of its time", { timestamp: `x${first.body.timestamp}` }],
    ["more behind its time", { timestamp: `${first.body.timestamp}x` }],
    ["a time that is too long", { timestamp: `0000${first.body.timestamp}` }],
  ])("with %s, although the signature is right", (_, change) => {
    expect(open(first, resigned(change))).toBeUndefined();
  });

  it("unless its time is right, as a number or a text", () => {
    expect(open(first, resigned({ timestamp: `${first.body.timestamp}` }))).toBeDefined();
  });

  it("outside its window, either way", () => {
    expect(open(first, {}, HOUR)).toBeDefined();
    expect(open(first, {}, HOUR + 1)).toBeUndefined();
    expect(open(first, {}, -HOUR)).toBeDefined();
    expect(open(first, {}, -HOUR - 1)).toBeUndefined();
  });

  it.each<[string, (id: string, secret: string) => object]>([
    [
      "right signature over garbage",
      (id) => {
        const body = { dataEncrypt: "AAAAAAAAAAAAAAAAAAAAAA==", timestamp: 1, nonce: "1" };
        return { ...body, signature: signWebhook(id, body) };
      },
    ],
    ["a payload that is no JSON", (id, secret) => seal("not json", id, secret)],
    ["a payload that says nothing", (id, secret) => seal("3", id, secret)],
    ["another customer's key", (id) => seal('{"_id":"x"}', id, "another-secret-of-24-byt")],
  ])("for %s", (_, make) => {
    const credentials = [
      { clientId: "0123456789abcdef", clientSecret: "abcdefghijklmnopqrstuvwx" },
    ];
    const text = JSON.stringify(make("0123456789abcdef", "abcdefghijklmnopqrstuvwx"));

    expect(openWebhook(text, { credentials, windowMs: HOUR, now: 1 })).toBeUndefined();
  });

  it("with credentials whose secret fits no cipher, and without any", () => {
    const text = JSON.stringify(first.body);
    const now = first.body.timestamp;
    const short = [{ clientId: first.clientId, clientSecret: "short" }];

    expect(openWebhook(text, { credentials: short, windowMs: HOUR, now })).toBeUndefined();
    expect(openWebhook(text, { credentials: [], windowMs: HOUR, now })).toBeUndefined();
  });

  it("whatever its text is, without ever throwing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(openWebhook(text, { credentials: [first], windowMs: HOUR, now: 0 })).toBeUndefined();
      }),
    );
  });
});

describe("a rotation of the secret", () => {
  it("accepts webhooks of both secrets", () => {
    const old = { clientId: "0123456789abcdef", clientSecret: "abcdefghijklmnopqrstuvwx" };
    const fresh = {
      clientId: "0123456789abcdef",
      clientSecret: "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345",
    };
    const policy = { credentials: [fresh, old], windowMs: HOUR, now: 1 };

    for (const { clientId, clientSecret } of [old, fresh]) {
      const text = JSON.stringify(
        seal('{"_id":"689174694b4dbdd4ab3d28c9"}', clientId, clientSecret),
      );
      expect(openWebhook(text, policy)?.videoModelId).toBe("689174694b4dbdd4ab3d28c9");
    }
  });
});

describe("an opened webhook", () => {
  const credentials = { clientId: "MDEyMzQ1Njc4OWFiY2RlZg==", clientSecret: "ABCDEFGHIJKLMNOP" };
  const policy = { credentials: [credentials], windowMs: HOUR, now: 1 };
  const openSealed = (payload: string, nonce: string | number = "7", timestamp = 1) => {
    const { clientId, clientSecret } = credentials;
    return openWebhook(
      JSON.stringify(seal(payload, clientId, clientSecret, timestamp, nonce)),
      policy,
    );
  };

  it("is recognized when it is delivered again, and distinguished from any other", () => {
    const delivered = openSealed('{"_id":"a"}', "0042");

    expect(openSealed('{"_id":"a"}', "0042")).toEqual(delivered);
    expect(openSealed('{"_id":"a"}', "42")?.deliveryId).not.toBe(delivered?.deliveryId);
    expect(openSealed('{"_id":"b"}', "0042")?.deliveryId).not.toBe(delivered?.deliveryId);
  });

  it("is distinguished from one whose time and nonce read the same when joined", () => {
    const at1 = openSealed('{"_id":"a"}', "23", 1);
    const at12 = openSealed('{"_id":"a"}', "3", 12);

    expect(at1?.deliveryId).toBeDefined();
    expect(at12?.deliveryId).toBeDefined();
    expect(at12?.deliveryId).not.toBe(at1?.deliveryId);
  });

  it("is the same delivery when its signature is in capitals", () => {
    const signature = first.body.signature.toUpperCase();

    expect(open(first, { signature })).toEqual(open(first));
    expect(open(first)).toBeDefined();
  });

  it("may carry id and status under the names that AKOOL's demos use", () => {
    const payload = '{"video_id":"689174694b4dbdd4ab3d28c9","video_status":3}';

    expect(openSealed(payload)).toMatchObject({
      videoModelId: "689174694b4dbdd4ab3d28c9",
      saysEnded: true,
    });
  });

  it("round-trips any id, nonce and key length", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.oneof(fc.string({ maxLength: 100 }), fc.integer()),
        fc.constantFrom(16, 24, 32),
        fc.string({ minLength: 1, maxLength: 40, unit: "grapheme-ascii" }),
        (id, nonce, keyBytes, clientId) => {
          const clientSecret = "k".repeat(keyBytes);
          const body = seal(JSON.stringify({ _id: id }), clientId, clientSecret, 5, nonce);
          const opened = openWebhook(JSON.stringify(body), {
            credentials: [{ clientId, clientSecret }],
            windowMs: HOUR,
            now: 5,
          });
          expect(opened?.videoModelId).toBe(id.trim());
        },
      ),
    );
  });
});
