import { bugReport } from "../../../local/command/bug-report.ts";
import { demo, serve, track } from "./commands/machine.ts";
import { start } from "./start.ts";

/** What only the repository can do: its stack in this process. */
export const MACHINE = { demo, track, serve };

/** The command with everything that the repository can do. */
export async function startHere(args: readonly string[]): Promise<void> {
  process.on("uncaughtException", (error) => {
    console.error(bugReport(error));
    process.exit(1);
  });
  await start(args, MACHINE);
}
