/** `npm start`: the archiver on this machine; see `npm start -- --help`. */
import { run } from "./cli/run.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interruption.abort());
}

process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  error: console.error,
  environment: process.env,
  interrupted: interruption.signal,
});
