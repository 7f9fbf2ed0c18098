import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { ApiKeySource } from "#akool/client.ts";
import { createAkoolCredentials } from "#aws/akool-credentials.ts";
import { createWebhookCredentials } from "#aws/webhook-credentials.ts";
import { keepSecret } from "./logging.ts";

interface CredentialsEnvironment {
  AKOOL_API_KEY?: string | undefined;
  AKOOL_CLIENT_ID?: string | undefined;
  AKOOL_SECRET_NAME?: string | undefined;
}

/** AKOOL's key, from where a function's environment says that it is; masked in the log once read. */
export function akoolCredentialsOf(env: CredentialsEnvironment): ApiKeySource {
  const source = createAkoolCredentials({
    apiKey: env.AKOOL_API_KEY,
    secretName: env.AKOOL_SECRET_NAME,
    secrets: new SecretsManagerClient(),
  });
  const masked = async (key: Promise<string>) => {
    keepSecret(await key);
    return key;
  };
  return {
    apiKey: () => masked(source.apiKey()),
    freshApiKey: () => masked(source.freshApiKey()),
  };
}

/** What AKOOL's webhooks are made with, likewise. */
export function webhookCredentialsOf(env: CredentialsEnvironment) {
  const read = createWebhookCredentials({
    apiKey: env.AKOOL_API_KEY,
    clientId: env.AKOOL_CLIENT_ID,
    secretName: env.AKOOL_SECRET_NAME,
    secrets: new SecretsManagerClient(),
  });
  return async () => {
    const credentials = await read();
    for (const { clientId, clientSecret } of credentials) {
      keepSecret(clientId);
      keepSecret(clientSecret);
    }
    return credentials;
  };
}
