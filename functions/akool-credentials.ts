import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { ApiKeySource } from "#akool/client.ts";
import { createAkoolCredentials } from "#aws/akool-credentials.ts";

/** AKOOL's key, from where a function's environment says that it is. */
export function akoolCredentialsOf(env: {
  AKOOL_API_KEY?: string | undefined;
  AKOOL_SECRET_NAME?: string | undefined;
}): ApiKeySource {
  return createAkoolCredentials({
    apiKey: env.AKOOL_API_KEY,
    secretName: env.AKOOL_SECRET_NAME,
    secrets: new SecretsManagerClient(),
  });
}
