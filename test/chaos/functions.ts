import { pathToFileURL } from "node:url";
import { FunctionError } from "@akool-archiver/local-aws/lambda/function-error.ts";
import type { FunctionAsset } from "@akool-archiver/local-aws/template/assembly.ts";
import * as z from "zod/mini";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import type { Baton } from "./baton.ts";
import type { HandlerTime } from "./handler-time.ts";
import type { Invocation } from "./invocation.ts";

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const bundleSchema = z.object({ handler: z.custom<Handler>((it) => it instanceof Function) });

/**
 * Of the execution environments of each function: as many invocations of it run at once. Each has
 * another template for keys, so that runs of one copy meet as if it was deployed between them.
 */
const KEY_TEMPLATES = [
  "{videoModelId}",
  "{yyyy}/{tag.team}/{videoModelId}",
  "{tag.team}/{type} {file_name}={videoModelId}",
];

/** A function's execution environments; an invocation has one for itself, as in Lambda. */
export class Environments {
  readonly #free: Handler[];
  readonly #waiting: ((handler: Handler) => void)[] = [];

  constructor(handlers: readonly Handler[]) {
    this.#free = [...handlers];
  }

  async use<Result>(work: (handler: Handler) => Promise<Result>): Promise<Result> {
    const handler =
      this.#free.pop() ?? (await new Promise<Handler>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(handler);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(handler);
      else next(handler);
    }
  }
}

/**
 * The bundles of the stack's functions, loaded into this process.
 *
 * @param name of this set of them, which has clients of its own
 */
export async function loadFunctions(
  assembly: ArchiverAssembly,
  environment: Readonly<Record<string, string>>,
  name: string,
): Promise<ReadonlyMap<string, Environments>> {
  const functions = new Map<string, Environments>();
  for (const asset of assembly.functions.values()) {
    Object.assign(process.env, asset.environment, environment);
    const url = pathToFileURL(asset.bundlePath).href;
    const handlers: Handler[] = [];
    for (const [copy, VIDEO_KEY_TEMPLATE] of KEY_TEMPLATES.entries()) {
      Object.assign(process.env, { VIDEO_KEY_TEMPLATE });
      // The query makes it another module for Node.
      const bundle: unknown = await import(/* @vite-ignore */ `${url}?environment=${name}-${copy}`);
      handlers.push(bundleSchema.parse(bundle).handler);
    }
    functions.set(asset.logicalId, new Environments(handlers));
  }
  return functions;
}

/** The short name of a function: its logical id without CDK's hash. */
export function nameOf(logicalId: string): string {
  return logicalId.replace(/Function[0-9A-F]{8}$/, "");
}

export interface Invoking {
  baton: Baton;
  time: HandlerTime;
}

/**
 * Runs a handler as Lambda would: with JSON in and out, and with its errors as Lambda's answers. An
 * invocation that was lost answers with its loss, whatever the handler came to.
 */
export function runHandler(
  environments: Environments,
  asset: FunctionAsset,
  event: unknown,
  invocation: Invocation,
  invoking: Invoking,
): Promise<unknown> {
  return environments.use((handler) => runIn(handler, asset, event, invocation, invoking));
}

async function runIn(
  handler: Handler,
  { logicalId, timeoutSeconds }: FunctionAsset,
  event: unknown,
  invocation: Invocation,
  { baton, time }: Invoking,
): Promise<unknown> {
  await baton.take(invocation);
  try {
    const context = {
      functionName: logicalId,
      awsRequestId: `${invocation.number}`,
      getRemainingTimeInMillis: () => timeoutSeconds * 1000,
    };
    const result = await time.run(invocation, () =>
      handler(JSON.parse(JSON.stringify(event)), context),
    );
    if (invocation.lost === undefined) return JSON.parse(JSON.stringify(result ?? null));
  } catch (error) {
    if (invocation.lost === undefined) throw thrown(error);
  } finally {
    baton.release();
  }
  throw lossOf(invocation);
}

function thrown(error: unknown): FunctionError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new FunctionError({ errorType: name, errorMessage: message, trace: [] });
}

export function lossOf({ lost = "Runtime.ExitError", name }: Invocation): FunctionError {
  return new FunctionError({ errorType: lost, errorMessage: `${name} was lost`, trace: [] });
}
