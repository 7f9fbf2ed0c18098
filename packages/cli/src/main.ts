/** The command in the repository. */
import { demo, serve, track } from "./commands/machine.ts";
import { start } from "./start.ts";

await start({ demo, track, serve });
