import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, it } from "vitest";
import type { TokenSource } from "#akool/token-source.ts";
import { AkoolSecretMalformed, createAkoolCredentials } from "#aws/akool-credentials.ts";

let manager: TestServer | undefined;
afterEach(async () => {
  await manager?.close();
  manager = undefined;
});

/** Secrets Manager's wire protocol, with a text that the test can change. */
async function secretManager(secret: { text: string | undefined }) {
  manager = await serve((_request, response) => {
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ Name: "akool", SecretString: secret.text }));
  });
  return new SecretsManagerClient({
    endpoint: manager.origin,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}

/** Gives a token for whatever it is asked with, and tells which it was. */
const tokens: TokenSource = {
  tokenFor: async (given, refused) => `${JSON.stringify(given)} after ${refused}`,
};

describe("AKOOL's credentials", () => {
  it("come from the environment in a local run, without a request", async () => {
    const secrets = await secretManager({ text: undefined });
    const credentials = createAkoolCredentials({ local: { apiKey: "local-key" }, secrets, tokens });

    expect(await credentials.apiKey()).toBe("local-key");
    expect(await credentials.freshApiKey()).toBe("local-key");
    expect(manager?.requests).toHaveLength(0);
  });

  it("come from the secret, which is read once in five minutes", async () => {
    let now = 0;
    const secret = { text: '{"apiKey":"first","clientId":"id"}' };
    const secrets = await secretManager(secret);
    const credentials = createAkoolCredentials({
      secretName: "akool",
      secrets,
      tokens,
      now: () => now,
    });

    expect(await credentials.apiKey()).toBe("first");
    secret.text = '{"apiKey":"rotated"}';
    now = 300_000;
    expect(await credentials.apiKey()).toBe("first");
    now = 300_001;
    expect(await credentials.apiKey()).toBe("rotated");
    expect(manager?.requests).toHaveLength(2);
  });

  it("are read again when fresh ones are requested, and cached from then on", async () => {
    const secret = { text: '{"apiKey":"revoked"}' };
    const secrets = await secretManager(secret);
    const credentials = createAkoolCredentials({ secretName: "akool", secrets, tokens });
    await credentials.apiKey();

    secret.text = '{"apiKey":" fresh \\n"}';

    expect(await credentials.freshApiKey()).toBe("fresh");
    expect(await credentials.apiKey()).toBe("fresh");
    expect(manager?.requests).toHaveLength(2);
  });

  it.each([undefined, "", "the-key-itself", "{}", '{"apiKey":""}', '{"apiKey":7}'])(
    "are refused without being shown when the secret holds %j",
    async (text) => {
      const secrets = await secretManager({ text });
      const credentials = createAkoolCredentials({ secretName: "akool", secrets, tokens });

      const failure = await credentials.apiKey().catch((error: unknown) => error);

      expect(failure).toBeInstanceOf(AkoolSecretMalformed);
      expect(String(failure)).not.toContain("the-key-itself");
    },
  );

  it.each([
    ['{"apiKey":" \\"key\\"\\n","token":"t","clientId":"c","clientSecret":"s"}', "key"],
    ['{"token":"Bearer t"}', 'Bearer {"token":"t"} after undefined'],
    [
      '{"clientId":"c","clientSecret":"s"}',
      'Bearer {"clientId":"c","clientSecret":"s"} after undefined',
    ],
    ['{"apiKey":"two words","token":"t"}', 'Bearer {"token":"t"} after undefined'],
  ])("follow the members of the secret: %s", async (text, credential) => {
    const secrets = await secretManager({ text });

    const credentials = createAkoolCredentials({ secretName: "akool", secrets, tokens });

    expect(await credentials.apiKey()).toBe(credential);
  });

  it("report the token that AKOOL has refused, and every secret before it is used", async () => {
    const secrets = await secretManager({ text: '{"token":"first","clientId":"c"}' });
    const told: string[] = [];
    const onSecret = (secret: string) => void told.push(secret);
    const credentials = createAkoolCredentials({ secretName: "akool", secrets, tokens, onSecret });

    const fresh = await credentials.freshApiKey("Bearer first");

    expect(fresh).toBe('Bearer {"clientId":"c","token":"first"} after first');
    expect(told).toEqual(["c", "first", fresh.slice("Bearer ".length)]);
  });
});
