import { inspect } from "node:util";
import { Logger } from "@aws-lambda-powertools/logger";
import type middy from "@middy/core";
import { loggedText, redactField, redactText } from "#domain/text/redaction.ts";

/** What this function has been told in confidence, for as long as it lives. */
const secrets = new Set<string>();

/**
 * Has a value masked in all that this function logs or throws from now on. Defence in depth: nothing
 * is meant to log a secret, and this is for the day on which something does.
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

/** For every handler: what it throws leaves without secrets. */
export const errorsWithoutSecrets: middy.MiddlewareObj<unknown> = {
  onError: (request) => {
    request.error = withoutSecrets(request.error);
  },
};

/**
 * An error as it may leave the function: Lambda logs it with all that hangs on it, and Step Functions
 * hands its message on. One that holds no secret is left as it is; of another one only the name,
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
