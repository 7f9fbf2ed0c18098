import { buffer } from "node:stream/consumers";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, it } from "vitest";
import { createWebhookCredentials, WebhookCredentialsMissing } from "#aws/webhook-credentials.ts";

let manager: TestServer | undefined;
afterEach(async () => {
  await manager?.close();
  manager = undefined;
});

/** Secrets Manager's wire protocol, with one text a version stage; an absent one does not exist. */
async function secretManager(versions: Record<string, string>, fault?: string) {
  manager = await serve(async (request, response) => {
    const { VersionStage } = JSON.parse((await buffer(request)).toString());
    const text = versions[VersionStage];
    const missing = { __type: fault ?? "ResourceNotFoundException" };
    response.statusCode = text === undefined ? 400 : 200;
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify(text === undefined ? missing : { SecretString: text }));
  });
  return new SecretsManagerClient({
    endpoint: manager.origin,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}

const secret = (apiKey: string, clientId = "client") => JSON.stringify({ apiKey, clientId });

describe("the credentials of webhooks", () => {
  it("come from the environment in a local run", async () => {
    const secrets = await secretManager({});
    const read = createWebhookCredentials({ local: { apiKey: "k", clientId: "c" }, secrets });

    expect(await read()).toEqual([{ clientId: "c", clientSecret: "k" }]);
    expect(manager?.requests).toHaveLength(0);
  });

  it("are the current ones of the secret when it was never rotated", async () => {
    const secrets = await secretManager({ AWSCURRENT: secret("now") });

    expect(await createWebhookCredentials({ secretName: "akool", secrets })()).toEqual([
      { clientId: "client", clientSecret: "now" },
    ]);
  });

  it("include the previous ones after a rotation, read once in five minutes", async () => {
    let now = 0;
    const secrets = await secretManager({ AWSCURRENT: secret("new"), AWSPREVIOUS: secret("old") });
    const read = createWebhookCredentials({ secretName: "akool", secrets, now: () => now });

    const both = await read();
    now = 300_000;
    await read();
    const requests = manager?.requests.length;
    now = 300_001;
    await read();

    expect(both.map(({ clientSecret }) => clientSecret)).toEqual(["new", "old"]);
    expect(requests).toBe(2);
    expect(manager?.requests).toHaveLength(4);
  });

  it.each(["", "the-key-itself", '{"apiKey":"k"}', '{"apiKey":"","clientId":"c"}'])(
    "are missing, without being shown, when the secret holds %j",
    async (text) => {
      const secrets = await secretManager({ AWSCURRENT: text });

      const failure = await createWebhookCredentials({ secretName: "akool", secrets })().catch(
        (error: unknown) => error,
      );

      expect(failure).toBeInstanceOf(WebhookCredentialsMissing);
      expect(String(failure)).not.toContain("the-key-itself");
    },
  );

  it("are not read again at once after a failure", async () => {
    let now = 0;
    const secrets = await secretManager({ AWSCURRENT: "" });
    const read = createWebhookCredentials({ secretName: "akool", secrets, now: () => now });

    for (now = 0; now <= 10_000; now += 100) await expect(read()).rejects.toThrow();
    expect(manager?.requests).toHaveLength(2);
    await expect(read()).rejects.toThrow();
    expect(manager?.requests).toHaveLength(4);
  });

  it("may be a client secret beside whatever AKOOL is asked with", async () => {
    const text = JSON.stringify({ token: "t", clientId: "c", clientSecret: "s" });
    const secrets = await secretManager({ AWSCURRENT: text });

    expect(await createWebhookCredentials({ secretName: "akool", secrets })()).toEqual([
      { clientId: "c", clientSecret: "s" },
    ]);
  });

  it.each([
    [secret("k".repeat(26)), "has 26 characters, and AKOOL's have 16, 24 or 32"],
    ['{"apiKey":"k"}', "lacks clientId or apiKey"],
    [secret(`"${"k".repeat(24)}"\n`), undefined],
    [secret("k".repeat(32)), undefined],
  ])("are reported as unusable, once per read: %s", async (text, problem) => {
    let now = 0;
    const told: string[] = [];
    const secrets = await secretManager({
      AWSCURRENT: text,
      AWSPREVIOUS: secret("k".repeat(16)),
    });
    const read = createWebhookCredentials({
      secretName: "akool",
      secrets,
      onUnusable: (why) => void told.push(why),
      now: () => now,
    });

    for (now = 0; now <= 300_001; now += 100_000) await read();
    now = 300_001;
    await read();

    expect(told).toEqual(problem === undefined ? [] : [problem, problem]);
  });

  it("do not mistake a fault for a missing version", async () => {
    const secrets = await secretManager({}, "InternalServiceError");

    await expect(
      createWebhookCredentials({ secretName: "akool", secrets })(),
    ).rejects.toMatchObject({ name: "InternalServiceError" });
  });
});
