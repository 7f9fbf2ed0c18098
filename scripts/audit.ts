/**
 * `npm run audit`: fails on known vulnerabilities, moderate or worse, of what is installed for
 * production. A registry that answers no audit proves nothing: the check says so, loudly, and lets
 * the build go on.
 */
import { spawnSync } from "node:child_process";
import { auditVerdict } from "./audit-verdict.ts";

// npm's exit status does not tell a finding from a registry that would not answer; its report does.
const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
const verdict = auditVerdict(stdout);
switch (verdict.kind) {
  case "clean":
    console.log("audit: no known vulnerability, moderate or worse, in what runs in production");
    break;
  case "vulnerable":
    console.error(`audit: known vulnerabilities\n${verdict.findings.join("\n")}`);
    process.exitCode = 1;
    break;
  case "not_done":
    console.warn(`audit: NOT DONE, so nothing is known of vulnerabilities: ${verdict.reason}`);
}
