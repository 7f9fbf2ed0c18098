// One execution environment, in a thread of its own. Kept tiny: coverage cannot see into a thread.
import { setGlobalProxyFromEnv } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import type { ErrorAnswer } from "./function-error.ts";
import type { Invocation, WorkerAnswer } from "./worker-protocol.ts";

// Set before the bundle is loaded, which reads it once.
if (workerData.proxy !== undefined) {
  const { variables, symbol } = workerData.proxy;
  setGlobalProxyFromEnv(variables);
  Reflect.set(globalThis, Symbol.for(symbol), variables);
}

const { [workerData.handlerExport]: handler } = await import(workerData.bundleUrl);
if (typeof handler !== "function") {
  throw new Error(`The bundle does not export a function named ${workerData.handlerExport}`);
}

parentPort?.on("message", async ({ event, deadlineMs, context }: Invocation) => {
  const getRemainingTimeInMillis = () => Math.max(0, deadlineMs - Date.now());
  let answer: WorkerAnswer;
  try {
    const result = await handler(JSON.parse(event), { ...context, getRemainingTimeInMillis });
    answer = { kind: "result", json: JSON.stringify(result) ?? "null" };
  } catch (error) {
    answer = { kind: "error", error: describe(error) };
  }
  parentPort?.postMessage(answer);
});

function describe(error: unknown): ErrorAnswer {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = error.stack?.split("\n") ?? [];
  return { errorType: error.name, errorMessage: error.message, trace };
}
