/** `npm pack`: the command as one file of plain JavaScript. */
import { stat } from "node:fs/promises";
import { bundle } from "./bundle-command.ts";

const file = await bundle(new URL("../dist/", import.meta.url));
console.log(`${file}: ${Math.round((await stat(file)).size / 1000)} kB`);
