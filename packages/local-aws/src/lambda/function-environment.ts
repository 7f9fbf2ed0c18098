import type { FunctionAsset } from "../template/assembly.ts";
import { LOCAL_REGION } from "../template/local-names.ts";

/**
 * The variables that a function sees: Lambda's own, the template's, then the overrides. Nothing of
 * this process's environment gets in: a developer's real AWS credentials must not reach a handler
 * that talks to emulators.
 */
export function functionEnvironment(
  asset: FunctionAsset,
  overrides: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: asset.logicalId,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(asset.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(asset),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    _HANDLER: `index.${asset.handlerExport}`,
    TZ: ":UTC",
    ...asset.environment,
    ...overrides,
  };
}

/** The name that Lambda gives a function's log group. */
export function logGroupOf(asset: FunctionAsset): string {
  return `/aws/lambda/${asset.logicalId}`;
}
