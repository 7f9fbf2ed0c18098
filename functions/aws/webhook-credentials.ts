import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import type { WebhookCredentials } from "#akool/webhook-body.ts";
import { parseJson } from "#domain/parse-json.ts";

/** A rotated secret is picked up within this time; the previous one stays valid beside it. */
const CACHE_MS = 5 * 60_000;
/** The route is open to all: what they send must not become as many reads of a broken secret. */
const FAILURE_CACHE_MS = 10_000;

/** The API key and AKOOL's clientSecret are the same value (documented). */
const secretSchema = z.object({
  apiKey: z.string().check(z.trim(), z.minLength(1)),
  clientId: z.string().check(z.trim(), z.minLength(1)),
});

/** No webhook can be opened: the secret lacks the client id, or cannot be read. */
export class WebhookCredentialsMissing extends Error {
  override readonly name = "WebhookCredentialsMissing";
}

export interface WebhookCredentialsOptions {
  /** Given on one machine; in AWS both come from the secret. */
  apiKey?: string | undefined;
  clientId?: string | undefined;
  secretName?: string | undefined;
  secrets: SecretsManagerClient;
  /** Epoch milliseconds. */
  now?: () => number;
}

/**
 * The credentials that webhooks may be made with: the current ones and, while the secret has a
 * previous version, those as well, so that a rotation does not refuse what was on its way.
 *
 * @throws WebhookCredentialsMissing naming the shape, never the content
 */
export function createWebhookCredentials(options: WebhookCredentialsOptions) {
  const now = options.now ?? Date.now;
  let cached: { credentials: Promise<WebhookCredentials[]>; until: number } | undefined;
  return async (): Promise<readonly WebhookCredentials[]> => {
    const { apiKey, clientId } = options;
    if (apiKey !== undefined && clientId !== undefined) return [{ clientId, clientSecret: apiKey }];
    if (cached === undefined || now() > cached.until) {
      const reading = { credentials: readVersions(options), until: now() + CACHE_MS };
      reading.credentials.catch(() => {
        reading.until = now() + FAILURE_CACHE_MS;
      });
      cached = reading;
    }
    return cached.credentials;
  };
}

async function readVersions(options: WebhookCredentialsOptions): Promise<WebhookCredentials[]> {
  const versions = await Promise.all([
    readVersion(options, "AWSCURRENT"),
    readVersion(options, "AWSPREVIOUS"),
  ]);
  const credentials = versions.flatMap((version) => version ?? []);
  if (credentials.length === 0) {
    throw new WebhookCredentialsMissing(
      `secret ${options.secretName} must be JSON like {"apiKey": "…", "clientId": "…"}`,
    );
  }
  return credentials;
}

async function readVersion(
  { secrets, secretName }: WebhookCredentialsOptions,
  VersionStage: string,
): Promise<WebhookCredentials | undefined> {
  try {
    const { SecretString = "" } = await secrets.send(
      new GetSecretValueCommand({ SecretId: secretName, VersionStage }),
    );
    const parsed = secretSchema.safeParse(parseJson(SecretString));
    if (!parsed.success) return undefined;
    return { clientId: parsed.data.clientId, clientSecret: parsed.data.apiKey };
  } catch (error) {
    // A secret that was never rotated has no previous version.
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
