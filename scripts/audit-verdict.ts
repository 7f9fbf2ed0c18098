import * as z from "zod/mini";

/** From here on a known vulnerability fails the check; npm's scale begins with info and low. */
const FAILING: ReadonlySet<string> = new Set(["moderate", "high", "critical"]);

const reportSchema = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.object({ severity: z.string(), range: z.optional(z.string()) }),
  ),
});
const errorSchema = z.object({ message: z.string() });

/**
 * What came of an audit.
 *
 * - `clean`: the registry knows of nothing that is moderate or worse.
 * - `vulnerable`: it does.
 * - `not_done`: there was no report, so nothing is known either way.
 */
export type AuditVerdict =
  | { kind: "clean" }
  | { kind: "vulnerable"; findings: string[] }
  | { kind: "not_done"; reason: string };

/** Reads what `npm audit --json` has written. */
export function auditVerdict(output: string): AuditVerdict {
  const json = parse(output);
  const report = reportSchema.safeParse(json);
  if (!report.success) {
    const error = errorSchema.safeParse(json);
    return { kind: "not_done", reason: error.success ? error.data.message : "no report came" };
  }
  const findings = Object.entries(report.data.vulnerabilities)
    .filter(([, { severity }]) => FAILING.has(severity))
    .map(([name, { severity, range }]) => `${severity}: ${name} ${range ?? ""}`.trimEnd());
  return findings.length === 0 ? { kind: "clean" } : { kind: "vulnerable", findings };
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
