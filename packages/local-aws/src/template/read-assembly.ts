import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import {
  type Assembly,
  type FunctionAsset,
  type ImportsAsset,
  type StateMachineAsset,
  UnreadableAssembly,
} from "./assembly.ts";
import { type CloudAssembly, readCloudAssembly, type Template } from "./cloud-assembly.ts";
import { type Resources, resolve, resolveText } from "./intrinsics.ts";
import { identify, type Resource } from "./local-names.ts";
import { readApi } from "./read-api.ts";
import { readAsynchronous } from "./read-asynchronous.ts";
import { readRules, readSchedules } from "./read-rules.ts";
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

const referenceSchema = z.union([
  z.pipe(
    z.object({ Ref: z.string() }),
    z.transform(({ Ref }) => Ref),
  ),
  z.pipe(
    z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) }),
    z.transform(({ "Fn::GetAtt": [logicalId] }) => logicalId),
  ),
]);

/**
 * Reads a synthesized stack. The resources that matter are found by the stack's outputs, so that a
 * second bucket or table (for logs, say) is never taken for the first.
 *
 * @param directory CDK's output directory
 * @throws UnreadableAssembly for what cannot be understood here
 */
export async function readAssembly(directory: string): Promise<Assembly> {
  const cloudAssembly = await readCloudAssembly(directory);
  const { template } = cloudAssembly;
  const stateMachine = stateMachineOf(template, "StateMachineArn");
  const table = outputResource(template, "TableName");
  const bucket = outputResource(template, "BucketName");
  const api = readApi(template.Resources);
  const imports = importsOf(template);
  return {
    functions: bundledFunctions(cloudAssembly),
    stateMachine,
    table: {
      name: identify(table.logicalId, table.resource).ref,
      properties: table.resource.Properties,
    },
    bucket: { name: identify(bucket.logicalId, bucket.resource).ref },
    eventBus: { name: eventBusName(template) },
    tables: readTables(template.Resources),
    queues: readQueues(template.Resources),
    rules: readRules(template.Resources),
    schedules: readSchedules(template.Resources),
    ...(api && { api }),
    ...(imports && { imports }),
  };
}

function outputResource(
  template: Template,
  output: string,
): { logicalId: string; resource: Resource } {
  const reference = referenceSchema.safeParse(template.Outputs[output]?.Value);
  const resource = reference.success ? template.Resources[reference.data] : undefined;
  if (reference.success && resource !== undefined) return { logicalId: reference.data, resource };
  throw new UnreadableAssembly(`The stack's output ${output} must refer to one of its resources`);
}

function stateMachineOf(template: Template, output: string): StateMachineAsset {
  const { logicalId, resource } = outputResource(template, output);
  return {
    logicalId,
    arn: identify(logicalId, resource).ref,
    definition: definitionOf(resource, template.Resources),
  };
}

function importsOf(template: Template): ImportsAsset | undefined {
  if (template.Outputs.ImportStateMachineArn === undefined) return undefined;
  const bucket = outputResource(template, "ImportBucketName");
  return {
    stateMachine: stateMachineOf(template, "ImportStateMachineArn"),
    bucket: { name: identify(bucket.logicalId, bucket.resource).ref },
  };
}

/** A bus that was there before the stack stands in the output by its plain name. */
function eventBusName(template: Template): string {
  const value = template.Outputs.EventBusName?.Value;
  if (typeof value === "string") return value;
  const { logicalId, resource } = outputResource(template, "EventBusName");
  return identify(logicalId, resource).ref;
}

function definitionOf(machine: Resource, resources: Resources): unknown {
  const text = machine.Properties.DefinitionString;
  if (text === undefined) {
    throw new UnreadableAssembly("The state machine must carry its definition as DefinitionString");
  }
  return JSON.parse(resolveText(text, resources));
}

/** CDK's own helper functions (custom resources) are no bundles of ours and do nothing locally. */
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
