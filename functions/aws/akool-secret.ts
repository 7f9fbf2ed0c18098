import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import {
  readApiKey,
  readClientId,
  readClientSecret,
  readToken,
} from "#domain/settings/akool-credentials.ts";
import { readAs } from "#domain/settings/read-as.ts";
import { parseLenientJson } from "#domain/text/lenient-json.ts";

/**
 * The credentials of the account. AKOOL is asked with the API key, else with the token, else with a token
 * that AKOOL issues for client id and client secret.
 */
export interface AkoolSecret {
  apiKey?: string | undefined;
  clientId?: string | undefined;
  /** The same value as the API key (documented). */
  clientSecret?: string | undefined;
  token?: string | undefined;
}

/** A malformed member counts as missing, so that the others can still be used. */
const member = (read: Parameters<typeof readAs>[1]) =>
  z.catch(z.optional(readAs(z.string(), read)), undefined);

const secretSchema = z.object({
  apiKey: member(readApiKey),
  clientId: member(readClientId),
  clientSecret: member(readClientSecret),
  token: member(readToken),
});

/** Reads one version of the secret. @throws what Secrets Manager throws */
export async function readAkoolSecret(
  secrets: SecretsManagerClient,
  secretName: string | undefined,
  VersionStage?: string,
): Promise<AkoolSecret> {
  const { SecretString = "" } = await secrets.send(
    new GetSecretValueCommand({ SecretId: secretName, ...(VersionStage && { VersionStage }) }),
  );
  return secretSchema.safeParse(parseLenientJson(SecretString)).data ?? {};
}
