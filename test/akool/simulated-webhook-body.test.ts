import { readFileSync } from "node:fs";
import { isWebhookSecret, webhookBody } from "@akool-archiver/akool-simulator/webhook-body.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { openWebhook } from "#akool/webhook.ts";
import { signWebhook } from "#akool/webhook-body.ts";

const nonce = z.union([z.string(), z.number()]);
const vectorSchema = z.object({
  name: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  plaintext: z.string(),
  body: z.object({
    signature: z.string(),
    dataEncrypt: z.string(),
    timestamp: z.number(),
    nonce,
  }),
});
const { vectors } = z
  .object({ vectors: z.array(vectorSchema) })
  .parse(
    JSON.parse(
      readFileSync(
        new URL("../../packages/akool-simulator/samples/webhook-vectors.json", import.meta.url),
        "utf8",
      ),
    ),
  );

const ID = "689174694b4dbdd4ab3d28c9";

/** Keys as AKOOL documents them, and client ids of any length and script. */
const keys = fc.record({
  clientId: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  clientSecret: fc
    .constantFrom(16, 24, 32)
    .chain((length) => fc.string({ unit: "grapheme-ascii", minLength: length, maxLength: length })),
});
const marks = fc.record({
  timestamp: fc.nat(),
  nonce: fc.oneof(fc.string({ maxLength: 20 }), fc.integer()),
});

describe("the simulator's webhooks", () => {
  it.each(vectors)("are made byte for byte as in $name", (vector) => {
    expect(webhookBody(vector, vector.plaintext, vector.body)).toEqual(vector.body);
  });

  it("are opened by the function that receives them, whatever the keys", () => {
    fc.assert(
      fc.property(keys, marks, fc.constantFrom(2, 3, 4), (credentials, mark, status) => {
        const body = webhookBody(credentials, JSON.stringify({ _id: ID, status }), mark);

        const opened = openWebhook(JSON.stringify(body), {
          credentials: [credentials],
          windowMs: 1,
          now: mark.timestamp,
        });

        expect(opened).toMatchObject({ videoModelId: ID, saysEnded: status !== 2 });
        expect(body.signature).toBe(signWebhook(credentials.clientId, body));
      }),
    );
  });

  it.each([0, 8, 17, 31, 33])("cannot be made with a key of %i bytes", (length) => {
    const clientSecret = "x".repeat(length);

    expect(isWebhookSecret(clientSecret)).toBe(false);
    expect(() =>
      webhookBody({ clientId: "client", clientSecret }, "{}", { timestamp: 1, nonce: 1 }),
    ).toThrow(RangeError);
  });
});
