import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, describe, expect, it } from "vitest";
import { createAkoolClient } from "#akool/client.ts";
import { createCreateClient } from "#akool/create-client.ts";

const ID = "689174694b4dbdd4ab3d28c9";
/** With the characters that JSON, PHP's JSON and URLs write differently. */
const KEY = 'kl/Mn0+pq"rs/Tuv==';
const SIGNED =
  "https://inputs.s3.amazonaws.com/face.png?X-Amz-Expires=900&X-Amz-Signature=5f2e9c1a";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function clientsOf(answer: string) {
  server = await serve((_request, response) => void response.end(answer));
  const credentials = { apiKey: async () => KEY, freshApiKey: async () => KEY };
  const options = { baseUrl: server.origin, credentials, repeatAfterMs: 1 };
  return { poll: createAkoolClient(options), create: createCreateClient(options) };
}

const ECHOES = [
  ["as it is", JSON.stringify(`bad key ${KEY}`)],
  ["as PHP writes it", JSON.stringify(`bad key ${KEY}`).replaceAll("/", "\\/")],
  ["in an address", JSON.stringify(`see https://akool.com/?key=${encodeURIComponent(KEY)}`)],
] as const;

describe("AKOOL's answer that quotes the key", () => {
  it.each(ECHOES.flatMap(([how, msg]) => [1101, 1003, 2001, 9999].map((code) => [how, msg, code])))(
    "%s (%s, code %d) is observed without it",
    async (_, msg, code) => {
      const { poll, create } = await clientsOf(`{"code":${code},"msg":${msg}}`);

      const seen = JSON.stringify([
        await poll.poll(ID),
        await create.createCharacterSwap({ image: SIGNED, video: SIGNED }),
      ]);

      expect(seen).toContain("[redacted]");
      expect(seen).not.toContain("Tuv");
    },
  );
});

describe("AKOOL's reason that quotes a signed address", () => {
  it.each(["faceswap_fail_reason", "error_reason"])(
    "in %s is kept without its query",
    async (field) => {
      const data = {
        _id: ID,
        video_status: 4,
        image_url: SIGNED,
        [field]: `cannot read ${SIGNED}`,
      };
      const { poll } = await clientsOf(JSON.stringify({ code: 1000, data }));

      const seen = await poll.poll(ID);

      const reason = "cannot read https://inputs.s3.amazonaws.com/face.png?[redacted]";
      // The address itself is the caller's own, and stays on the record.
      expect(seen).toMatchObject({
        kind: "failed",
        reason,
        akool: { image_url: SIGNED, [field]: reason },
      });
    },
  );

  it("as the message of a refusal as well", async () => {
    const answer = JSON.stringify({ code: 1003, msg: `cannot read ${SIGNED}` });
    const { poll, create } = await clientsOf(answer);
    const message = "cannot read https://inputs.s3.amazonaws.com/face.png?[redacted]";

    expect(await poll.poll(ID)).toMatchObject({ kind: "rejected", message });
    expect(await create.createCharacterSwap({ image: SIGNED, video: SIGNED })).toMatchObject({
      kind: "refused",
      message,
    });
  });
});
