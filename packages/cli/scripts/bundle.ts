/** `npm pack`: the command as one file of plain JavaScript, and the console's files beside it. */
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildConsole } from "@akool-archiver/console/build-console.ts";
import { bundle } from "./bundle-command.ts";

const dist = new URL("../dist/", import.meta.url);
const file = await bundle(dist);
await buildConsole(fileURLToPath(new URL("console", dist)));
console.log(`${file}: ${Math.round((await stat(file)).size / 1000)} kB`);
