import { App, Tags } from "aws-cdk-lib";
import { ArchiverStack } from "#lib/archiver-stack.ts";
import { ConfigurationError, configFromContext } from "#lib/config.ts";
import { stackNameOf, tagsOf } from "#lib/stack-name.ts";

const app = new App();
try {
  const config = configFromContext(app.node);
  // The CDK command line names the region that it is about to deploy to.
  const stack = new ArchiverStack(app, stackNameOf(config), config, process.env.CDK_DEFAULT_REGION);
  for (const [key, value] of Object.entries(tagsOf(config))) Tags.of(stack).add(key, value);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // The message says what to do; a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
}
