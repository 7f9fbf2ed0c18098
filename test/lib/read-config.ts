import { App } from "aws-cdk-lib";
import { ConfigurationError, configFromContext } from "#lib/config.ts";

/** The configuration of an app with this context. */
export const read = (context: Record<string, unknown> = {}) =>
  configFromContext(new App({ context }).node);

/** What the refusal of a context says. */
export function refusalOf(context: Record<string, unknown>): string {
  try {
    read(context);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}
