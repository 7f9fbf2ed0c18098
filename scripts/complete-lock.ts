/**
 * `npm run lock`: completes package-lock.json after dependencies have changed.
 *
 * npm leaves the optional packages of other platforms out of the lock file when the registry in use
 * does not serve them, and then refuses its own file (`npm ci`: "Missing … from lock file"). This
 * adds an entry with version and platform for each; npm fetches it only on that platform.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod/mini";

const packageSchema = z.looseObject({
  dev: z.optional(z.boolean()),
  optionalDependencies: z.optional(z.record(z.string(), z.string())),
});
const lockSchema = z.looseObject({ packages: z.record(z.string(), packageSchema) });

const SYSTEMS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "win32",
  "openbsd",
  "netbsd",
  "sunos",
  "aix",
  "openharmony",
];
const PROCESSORS = [
  "x64",
  "arm64",
  "ia32",
  "arm",
  "ppc64",
  "riscv64",
  "s390x",
  "loong64",
  "mips64el",
  "wasm32",
];

const file = new URL("../package-lock.json", import.meta.url);
const lock = lockSchema.parse(JSON.parse(readFileSync(file, "utf8")));
let added = 0;
for (const { dev, optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    const path = `node_modules/${name}`;
    if (Object.keys(lock.packages).some((known) => known.endsWith(path))) continue;
    lock.packages[path] = { ...platformEntry(name, range), ...(dev ? { dev } : {}) };
    added += 1;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added} optional packages added`);

/** Platform packages are pinned exactly and carry their platform in their name. */
function platformEntry(name: string, range: string) {
  const words = name.split(/[-/@]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length + cpu.length === 0)
    throw new Error(`${name} does not look like a platform package`);
  return {
    version: range.replace(/^[\^~]/, ""),
    optional: true,
    ...(os.length === 0 ? {} : { os }),
    ...(cpu.length === 0 ? {} : { cpu }),
  };
}
