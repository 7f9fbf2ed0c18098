// One execution environment, in a thread of its own. Kept tiny: coverage cannot see into a thread.
// Plain JavaScript: what strips types would be loaded into each thread. Decision 0086.
import { setGlobalProxyFromEnv } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

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

/** @param {import("./worker-protocol.ts").Invocation} invocation */
async function answer({ event, deadlineMs, context }) {
  const getRemainingTimeInMillis = () => Math.max(0, deadlineMs - Date.now());
  try {
    const result = await handler(JSON.parse(event), { ...context, getRemainingTimeInMillis });
    return { kind: "result", json: JSON.stringify(result) ?? "null" };
  } catch (error) {
    return { kind: "error", error: describe(error) };
  }
}

parentPort?.on("message", async (invocation) => {
  parentPort?.postMessage(await answer(invocation));
});

function describe(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = error.stack?.split("\n") ?? [];
  return { errorType: error.name, errorMessage: error.message, trace };
}
