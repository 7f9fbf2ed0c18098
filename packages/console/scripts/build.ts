/**
 * Builds the page as static files: `npm run build --workspace @akool-archiver/console` into `dist`, or
 * into the directory that it is given.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildConsole } from "../src/build-console.ts";
import { readStaticFiles } from "../src/static-files.ts";

const [directory = fileURLToPath(new URL("../dist", import.meta.url))] = process.argv.slice(2);
await buildConsole(resolve(directory));
for (const { path, body } of (await readStaticFiles(resolve(directory))).values()) {
  console.log(`${path}: ${body.length} bytes, ${gzipSync(body).length} compressed`);
}
