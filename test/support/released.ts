import { readdirSync, readFileSync } from "node:fs";

const RELEASED = new URL("../fixtures/released/", import.meta.url);

/** The versions that were released: `npm run keep-release` has kept something of each. */
export const RELEASES: readonly string[] = readdirSync(RELEASED).sort();

/** Reads what was kept of a release. */
export function released(version: string, file: string): unknown {
  return JSON.parse(readFileSync(new URL(`${version}/${file}`, RELEASED), "utf8"));
}
