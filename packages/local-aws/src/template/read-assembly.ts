import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import type { Assembly, FunctionAsset } from "./assembly.ts";
import { type CloudAssembly, readCloudAssembly } from "./cloud-assembly.ts";
import { type Resources, resolve } from "./intrinsics.ts";
import { identify, type Resource } from "./local-names.ts";
import { readApi } from "./read-api.ts";
import { readAsynchronous } from "./read-asynchronous.ts";
import { readOutputs } from "./read-outputs.ts";
import { readRules, readSchedules } from "./read-rules.ts";
import { readStateMachines } from "./read-state-machines.ts";
import { readQueues, readTables } from "./read-stores.ts";

const BUNDLE_FILE = "index.mjs";

const functionSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string().check(z.regex(/^index\.\w+$/, "must name an export of the index module")),
  Timeout: z.number(),
  MemorySize: z.number(),
  Environment: z._default(z.object({ Variables: z.record(z.string(), z.unknown()) }), {
    Variables: {},
  }),
  DeadLetterConfig: z.optional(
    z.undefined("is not honoured locally: use an on-failure destination"),
  ),
});

/**
 * Reads a synthesized stack.
 *
 * @param directory CDK's output directory
 * @throws UnreadableAssembly for what cannot be understood here
 */
export async function readAssembly(directory: string): Promise<Assembly> {
  const cloudAssembly = await readCloudAssembly(directory);
  const { Resources: resources, Outputs: outputs } = cloudAssembly.template;
  const api = readApi(resources);
  return {
    functions: bundledFunctions(cloudAssembly),
    stateMachines: readStateMachines(resources),
    tables: readTables(resources),
    queues: readQueues(resources),
    rules: readRules(resources),
    schedules: readSchedules(resources),
    ...(api && { api }),
    outputs: readOutputs(outputs, resources),
  };
}

/** CDK's helper functions (custom resources) are not bundles and are not run locally. */
function bundledFunctions({ template, assets }: CloudAssembly): Map<string, FunctionAsset> {
  const functions = new Map<string, FunctionAsset>();
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const bundlePath = bundleOf(resource, assets);
    if (bundlePath === undefined) continue;
    functions.set(logicalId, describe(logicalId, resource, bundlePath, template.Resources));
  }
  return functions;
}

function bundleOf(resource: Resource, assets: CloudAssembly["assets"]): string | undefined {
  if (resource.Type !== "AWS::Lambda::Function") return undefined;
  const code = functionSchema.shape.Code.safeParse(resource.Properties.Code);
  const asset = code.success ? assets.get(code.data.S3Key) : undefined;
  const bundlePath = asset === undefined ? undefined : join(asset, BUNDLE_FILE);
  return bundlePath !== undefined && existsSync(bundlePath) ? bundlePath : undefined;
}

function describe(
  logicalId: string,
  resource: Resource,
  bundlePath: string,
  resources: Resources,
): FunctionAsset {
  const properties = functionSchema.parse(resource.Properties);
  const variables = z
    .record(z.string(), z.string())
    .parse(resolve(properties.Environment.Variables, resources));
  return {
    logicalId,
    arn: z.string().parse(resolve({ "Fn::GetAtt": [logicalId, "Arn"] }, resources)),
    bundlePath,
    handlerExport: properties.Handler.slice("index.".length),
    timeoutSeconds: properties.Timeout,
    memoryMb: properties.MemorySize,
    environment: variables,
    asynchronous: readAsynchronous(identify(logicalId, resource).ref, resources),
  };
}
