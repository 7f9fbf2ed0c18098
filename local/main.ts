/** `npm start`: the command `akool-archiver`, and without a command its demonstration. */
import { npmStartArguments } from "../packages/cli/src/npm-start.ts";
import { startHere } from "../packages/cli/src/start-here.ts";

await startHere(npmStartArguments(process.argv.slice(2)));
