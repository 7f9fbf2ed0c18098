/** `node import-once.ts <module>`: prints how many milliseconds its import takes in a new process. */
import { pathToFileURL } from "node:url";

const module = pathToFileURL(process.argv[2] ?? "").href;
const startedAt = performance.now();
await import(module);
console.log(performance.now() - startedAt);
// A handler may keep the process alive.
process.exit(0);
