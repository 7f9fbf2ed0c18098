/** The command in the repository. */
import { startHere } from "./start-here.ts";

await startHere(process.argv.slice(2));
