import {
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { WebhookCredentials } from "#akool/webhook-body.ts";
import { webhookSecretProblem } from "#domain/settings/akool-credentials.ts";
import { type AkoolSecret, readAkoolSecret } from "./akool-secret.ts";

/** A rotated secret takes effect within this time; the previous one stays valid beside it. */
const CACHE_MS = 5 * 60_000;
/** The route is open to all, so a broken secret must not be read once per request. */
const FAILURE_CACHE_MS = 10_000;

/** No webhook can be opened: the secret lacks the client id, or cannot be read. */
export class WebhookCredentialsMissing extends Error {
  override readonly name = "WebhookCredentialsMissing";
}

export interface WebhookCredentialsOptions {
  /** Only in a local run; in AWS everything comes from the secret. */
  local?: AkoolSecret | undefined;
  secretName?: string | undefined;
  secrets: SecretsManagerClient;
  /** Receives everything confidential before it is used. */
  onSecret?: (secret: string) => void;
  /** Called at each read with the reason why no webhook can be opened with the current secret. */
  onUnusable?: (problem: string) => void;
  /** Epoch milliseconds. */
  now?: () => number;
}

/**
 * The credentials that webhooks may be made with: the current ones and, while the secret has a previous
 * version, those too, so that a rotation refuses no webhook in flight.
 *
 * @throws WebhookCredentialsMissing naming the shape, never the content
 */
export function createWebhookCredentials(options: WebhookCredentialsOptions) {
  const now = options.now ?? Date.now;
  let cached: { credentials: Promise<WebhookCredentials[]>; until: number } | undefined;
  return async (): Promise<readonly WebhookCredentials[]> => {
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
  const { local, onSecret, onUnusable } = options;
  const given = local && credentialsIn(local);
  const [current, previous] = given
    ? [given]
    : await Promise.all([readVersion(options, "AWSCURRENT"), readVersion(options, "AWSPREVIOUS")]);
  const problem = current ? webhookSecretProblem(current.clientSecret) : "lacks clientId or apiKey";
  if (problem !== undefined) onUnusable?.(problem);
  const credentials = [current, previous].filter((version) => version !== undefined);
  for (const secret of credentials.flatMap(({ clientId, clientSecret }) => [
    clientId,
    clientSecret,
  ])) {
    onSecret?.(secret);
  }
  if (credentials.length > 0) return credentials;
  throw new WebhookCredentialsMissing(
    `secret ${options.secretName} must be JSON like {"apiKey": "…", "clientId": "…"}`,
  );
}

async function readVersion(
  { secrets, secretName }: WebhookCredentialsOptions,
  versionStage: string,
): Promise<WebhookCredentials | undefined> {
  try {
    return credentialsIn(await readAkoolSecret(secrets, secretName, versionStage));
  } catch (error) {
    // A secret that was never rotated has no previous version.
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** The API key and AKOOL's client secret are the same value (documented). */
function credentialsIn({ apiKey, clientId, clientSecret = apiKey }: AkoolSecret) {
  return clientId !== undefined && clientSecret !== undefined
    ? { clientId, clientSecret }
    : undefined;
}
