/** `npm run licences`: fails when something that is installed for production is not permissive. */
import { readFileSync } from "node:fs";
import { licenceReport } from "./licences.ts";

const file = new URL("../package-lock.json", import.meta.url);
const { packages, refused } = licenceReport(JSON.parse(readFileSync(file, "utf8")));
if (refused.length > 0) {
  console.error(`not a permissive licence:\n${refused.join("\n")}`);
  process.exitCode = 1;
} else {
  console.log(`licences: all ${packages.length} packages of production are permissive`);
}
