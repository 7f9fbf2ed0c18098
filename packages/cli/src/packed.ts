/** The command in the package, without what only the repository can do. */
import { start } from "./start.ts";

await start(process.argv.slice(2));
