import { bundleAhead } from "#lib/function-bundles.ts";

// CDK takes as long to load as the functions to be bundled: both at once.
const bundling = bundleAhead();
const { App, Tags } = await import("aws-cdk-lib");
const { ArchiverStack } = await import("#lib/archiver-stack.ts");
const { ConfigurationError, configFromContext } = await import("#lib/config.ts");
const { stackNameOf, tagsOf } = await import("#lib/stack-name.ts");

const app = new App();
try {
  const config = configFromContext(app.node);
  await bundling;
  // The CDK command line names the region that it is about to deploy to.
  const stack = new ArchiverStack(app, stackNameOf(config), config, process.env.CDK_DEFAULT_REGION);
  for (const [key, value] of Object.entries(tagsOf(config))) Tags.of(stack).add(key, value);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // The message says what to do; a stack trace would only hide it.
  console.error(error.message);
  // Without waiting for the bundles.
  process.exit(1);
}
