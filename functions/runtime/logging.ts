import { inspect } from "node:util";
import { Logger } from "@aws-lambda-powertools/logger";
import type middy from "@middy/core";
import { loggedText, redactField, redactText } from "#domain/text/redaction.ts";

/** Secrets that this function has seen since its start. */
const secrets = new Set<string>();

/**
 * Masks a value in everything that this function logs or throws from now on. Defence in depth:
 * nothing should log a secret, and this is for the day when something does.
 */
export function keepSecret(secret: string | undefined): void {
  if (secret !== undefined) secrets.add(secret);
}

keepSecret(process.env.AKOOL_API_KEY);
keepSecret(process.env.AKOOL_CLIENT_ID);
keepSecret(process.env.AKOOL_CLIENT_SECRET);
keepSecret(process.env.AKOOL_TOKEN);
keepSecret(process.env.AWS_SECRET_ACCESS_KEY);
keepSecret(process.env.AWS_SESSION_TOKEN);

/** The one logger of a function: JSON lines with the request id, and without secrets. */
export const logger = new Logger({ jsonReplacerFn: redactField(secrets) });

/** For every handler: removes secrets from what it throws. */
export const errorsWithoutSecrets: middy.MiddlewareObj<unknown> = {
  onError: (request) => {
    request.error = withoutSecrets(request.error);
  },
};

/**
 * An error as it may leave the function: Lambda logs it with all its properties, and Step Functions
 * passes its message on. An error without secrets is left as it is; of any other only the name,
 * which retriers match on, and the redacted text remain.
 */
function withoutSecrets(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(loggedText(String(error), secrets));
  const shown = inspect(error, { depth: 10, maxStringLength: null, breakLength: Infinity });
  if (redactText(shown, secrets) === shown) return error;
  const redacted = new Error(loggedText(error.message, secrets));
  redacted.name = error.name;
  redacted.stack = loggedText(error.stack ?? "", secrets);
  return redacted;
}
