/** `npm run simulator`: a development tool that answers as AKOOL documents; see `--help`. */
import { runSimulatorCommand } from "./command.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interruption.abort());
}

process.exitCode = await runSimulatorCommand(process.argv.slice(2), {
  out: console.log,
  error: console.error,
  interrupted: interruption.signal,
});
