import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { ApiKeySource } from "#akool/client.ts";
import type { TokenSource } from "#akool/token-source.ts";
import { type AkoolSecret, readAkoolSecret } from "./akool-secret.ts";

/** A rotated secret takes effect within this time, and at once when AKOOL refuses the old key. */
const CACHE_MS = 5 * 60_000;

/** The secret exists but holds no credentials. The message names its form, never its content. */
export class AkoolSecretMalformed extends Error {
  override readonly name = "AkoolSecretMalformed";
}

export interface AkoolCredentialsOptions {
  /** Only in a local run; in AWS everything comes from the secret. */
  local?: AkoolSecret | undefined;
  secretName?: string | undefined;
  secrets: SecretsManagerClient;
  tokens: TokenSource;
  /** Receives everything confidential before it is used. */
  onSecret?: (secret: string) => void;
  /** Epoch milliseconds. */
  now?: () => number;
}

/**
 * The credential for AKOOL, an API key or a token, from the environment or from a secret in Secrets
 * Manager, cached for 5 minutes.
 */
export function createAkoolCredentials(options: AkoolCredentialsOptions): ApiKeySource {
  const now = options.now ?? Date.now;
  let cached: { secret: AkoolSecret; readAt: number } | undefined;

  async function freshSecret(): Promise<AkoolSecret> {
    const secret = isUsable(options.local) ? options.local : await readSecret(options);
    for (const value of Object.values(secret)) if (value !== undefined) options.onSecret?.(value);
    cached = { secret, readAt: now() };
    return secret;
  }

  async function credentialOf(secret: AkoolSecret, refused?: string): Promise<string> {
    if (secret.apiKey !== undefined) return secret.apiKey;
    const token = await options.tokens.tokenFor(secret, refused?.replace(/^Bearer /, ""));
    options.onSecret?.(token);
    return `Bearer ${token}`;
  }

  return {
    async apiKey() {
      const isFresh = cached !== undefined && now() - cached.readAt <= CACHE_MS;
      return credentialOf(isFresh && cached ? cached.secret : await freshSecret());
    },
    freshApiKey: async (refused) => credentialOf(await freshSecret(), refused),
  };
}

async function readSecret({ secrets, secretName }: AkoolCredentialsOptions): Promise<AkoolSecret> {
  const secret = await readAkoolSecret(secrets, secretName);
  if (isUsable(secret)) return secret;
  throw new AkoolSecretMalformed(
    `secret ${secretName} must be JSON like {"apiKey": "…"}, {"token": "…"} or ` +
      '{"clientId": "…", "clientSecret": "…"}',
  );
}

function isUsable(secret: AkoolSecret | undefined): secret is AkoolSecret {
  if (secret === undefined) return false;
  const { apiKey, token, clientId, clientSecret } = secret;
  return (apiKey ?? token ?? (clientId && clientSecret)) !== undefined;
}
