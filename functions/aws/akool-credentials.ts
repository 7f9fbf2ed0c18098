import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import type { ApiKeySource } from "#akool/client.ts";
import { parseJson } from "#domain/parse-json.ts";

/** A rotated secret is picked up within this time, and at once when AKOOL refuses the old key. */
const CACHE_MS = 5 * 60_000;

/** The secret's text: `{"apiKey": "…", "clientId": "…"}`. */
const secretSchema = z.object({ apiKey: z.string().check(z.trim(), z.minLength(1)) });

/** The secret is there but does not hold what it should. Names the shape, never the content. */
export class AkoolSecretMalformed extends Error {
  override readonly name = "AkoolSecretMalformed";
}

export interface AkoolCredentialsOptions {
  /** Given on one machine; in AWS the key comes from the secret. */
  apiKey?: string | undefined;
  secretName?: string | undefined;
  secrets: SecretsManagerClient;
  /** Epoch milliseconds. */
  now?: () => number;
}

/** AKOOL's API key from the environment or from one Secrets Manager secret, cached for 5 minutes. */
export function createAkoolCredentials(options: AkoolCredentialsOptions): ApiKeySource {
  const now = options.now ?? Date.now;
  let cached: { key: string; readAt: number } | undefined;

  async function freshApiKey(): Promise<string> {
    if (options.apiKey !== undefined) return options.apiKey;
    cached = { key: await readSecret(options), readAt: now() };
    return cached.key;
  }

  return {
    async apiKey() {
      if (cached === undefined || now() - cached.readAt > CACHE_MS) return freshApiKey();
      return cached.key;
    },
    freshApiKey,
  };
}

async function readSecret({ secrets, secretName }: AkoolCredentialsOptions): Promise<string> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretName }));
  const parsed = secretSchema.safeParse(parseJson(SecretString ?? ""));
  if (!parsed.success) {
    throw new AkoolSecretMalformed(`secret ${secretName} must be JSON like {"apiKey": "…"}`);
  }
  return parsed.data.apiKey;
}
