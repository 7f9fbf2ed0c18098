/** `npm pack`: the command as one file of plain JavaScript, for Node.js 20 and newer. */
import { bundle } from "./bundle-command.ts";

const { file, bytes } = await bundle(new URL("../dist/", import.meta.url));
console.log(`${file}: ${Math.round(bytes / 1000)} kB`);
