/** What one check of an account or of a deployed stack has found. */
export interface Finding {
  readonly verdict: "ok" | "warning" | "failed" | "unchecked";
  readonly text: string;
}

/** One thing that is looked at. Whatever it throws is that it could not be looked at. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<Finding>;
}

export const ok = (text: string): Finding => ({ verdict: "ok", text });
export const warning = (text: string): Finding => ({ verdict: "warning", text });
export const failed = (text: string): Finding => ({ verdict: "failed", text });
export const unchecked = (text: string): Finding => ({ verdict: "unchecked", text });

/**
 * Runs checks one after the other and tells of each.
 *
 * @returns the exit code: 0 unless a check has failed, then 1
 */
export async function runChecks(
  checks: readonly Check[],
  say: (line: string) => void,
): Promise<0 | 1> {
  const findings: Finding[] = [];
  for (const { name, run } of checks) {
    const finding = await run().catch((error: unknown) => unchecked(reasonOf(error)));
    findings.push(finding);
    say(`${finding.verdict.padEnd(9)}  ${name}: ${finding.text}`);
  }
  const count = (verdict: Finding["verdict"]) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  say(
    `${count("ok")} ok, ${count("warning")} warnings, ${count("failed")} failed, ` +
      `${count("unchecked")} not checked`,
  );
  return count("failed") === 0 ? 0 : 1;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
