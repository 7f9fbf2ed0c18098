/**
 * `npm run lock`: completes package-lock.json after dependencies have changed.
 *
 * npm leaves the optional packages of other platforms out of the lock file when the registry in use
 * does not serve them, and then refuses its own file (`npm ci`: "Missing … from lock file"). This
 * adds an entry with version and platform for each; npm fetches it only on that platform. Every entry
 * gets the integrity that the registry tells, so that nothing is ever installed unseen.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import * as z from "zod/mini";
import { lockSchema, withIntegrity, withOptionalPackages, withoutIntegrity } from "./lock-file.ts";

const run = promisify(execFile);
const integritySchema = z.string().check(z.startsWith("sha512-"));

/** @throws when the registry does not know the package, or tells no integrity of it */
async function askRegistry(name: string, version: string): Promise<string> {
  const { stdout } = await run("npm", ["view", `${name}@${version}`, "dist.integrity", "--json"]);
  return integritySchema.parse(JSON.parse(stdout));
}

const file = new URL("../package-lock.json", import.meta.url);
const given = lockSchema.parse(JSON.parse(readFileSync(file, "utf8")));
const whole = withOptionalPackages(given);
const lock = await withIntegrity(whole, askRegistry);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
const added = Object.keys(whole.packages).length - Object.keys(given.packages).length;
const asked = withoutIntegrity(whole).length;
console.log(`package-lock.json: ${added} optional packages added, ${asked} integrities asked for`);
