import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { ApiKeySource } from "#akool/client.ts";
import { createTokenSource } from "#akool/token-source.ts";
import { createAkoolCredentials } from "#aws/akool-credentials.ts";
import type { AkoolSecret } from "#aws/akool-secret.ts";
import { createWebhookCredentials } from "#aws/webhook-credentials.ts";
import type { AkoolCredentialsEnvironment } from "./environment.ts";
import { meter } from "./handler.ts";
import { keepSecret, logger } from "./logging.ts";

/** AKOOL's credentials, from the secret or the environment; masked in the log once read. */
export function akoolCredentialsOf(
  env: AkoolCredentialsEnvironment & { AKOOL_BASE_URL: string },
): ApiKeySource {
  return createAkoolCredentials({
    local: localSecret(env),
    secretName: env.AKOOL_SECRET_NAME,
    secrets: new SecretsManagerClient(),
    tokens: createTokenSource({ baseUrl: env.AKOOL_BASE_URL }),
    onSecret: keepSecret,
  });
}

/** The credentials that AKOOL's webhooks are signed and encrypted with, likewise. */
export function webhookCredentialsOf(env: AkoolCredentialsEnvironment) {
  return createWebhookCredentials({
    local: localSecret(env),
    secretName: env.AKOOL_SECRET_NAME,
    secrets: new SecretsManagerClient(),
    onSecret: keepSecret,
    onUnusable(problem) {
      meter.add("WebhookSecretUnusable");
      logger.warn("no webhook can be opened with the secret", { problem });
    },
  });
}

function localSecret(env: AkoolCredentialsEnvironment): AkoolSecret {
  return {
    apiKey: env.AKOOL_API_KEY,
    clientId: env.AKOOL_CLIENT_ID,
    clientSecret: env.AKOOL_CLIENT_SECRET,
    token: env.AKOOL_TOKEN,
  };
}
