import { App } from "aws-cdk-lib";
import { ArchiverStack } from "#lib/archiver-stack.ts";
import { ConfigurationError, configFromContext } from "#lib/config.ts";

const app = new App();
try {
  new ArchiverStack(app, "AkoolVideoArchiver", configFromContext(app.node));
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // The message says what to do; a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
}
