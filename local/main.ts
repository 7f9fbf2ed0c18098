/** `npm start`: the archiver on this machine; see `npm start -- --help`. */
import { bugReport } from "./command/bug-report.ts";
import { interruptionOf } from "./command/interruption.ts";
import { run } from "./command/run.ts";

process.on("uncaughtException", (error) => {
  console.error(bugReport(error));
  process.exit(1);
});

process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  error: console.error,
  environment: process.env,
  interrupted: interruptionOf(process),
});
