/**
 * One contender's run, in a process of its own: `node contender.mjs <name> <url> <bytes> <key> <turn>`.
 * Its last line of output is what it measured, from the first request to the last answer; the rest of
 * a process's life, its start and its imports, is no part of a copy. At the turn `next` it has copied
 * the same video once before.
 */
import type { CopyFunction } from "./copy-function.ts";

const contenders: Record<string, () => Promise<{ copy: CopyFunction }>> = {
  archiver: () => import("./contenders/archiver.ts"),
  "lib-storage": () => import("./contenders/lib-storage.ts"),
  "raw download": () => import("./contenders/raw-download.ts"),
  "raw relay": () => import("./contenders/raw-relay.ts"),
};

const [name = "", url = "", bytes = "", key = "", turn = "first"] = process.argv.slice(2);
const { copy } = (await contenders[name]?.()) ?? {};
if (copy === undefined) throw new Error(`there is no contender ${name}`);

if (turn === "next") await copy({ url, bytes: Number(bytes), key: `before-${key}` });
const idleRss = process.memoryUsage.rss();
const before = process.cpuUsage();
const startedAt = performance.now();
await copy({ url, bytes: Number(bytes), key });
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(before);
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakBytes, idleRss }));
// Idle connections must not keep the process alive.
process.exit(0);
