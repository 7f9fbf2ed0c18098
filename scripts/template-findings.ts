import * as z from "zod/mini";

/** What a linter says of the template. */
export interface Finding {
  readonly id: string;
  readonly message: string;
}

const cfnLintSchema = z.array(
  z.object({ Level: z.string(), Message: z.string(), Rule: z.object({ Id: z.string() }) }),
);

const checkovSchema = z.object({
  results: z.object({
    failed_checks: z.array(
      z.object({ check_id: z.string(), check_name: z.string(), resource: z.string() }),
    ),
  }),
});

/** The errors among what `cfn-lint --format json` writes; CDK's own dependencies make it warn. */
export function parseCfnLint(json: string): Finding[] {
  return cfnLintSchema
    .parse(JSON.parse(json))
    .filter(({ Level }) => Level === "Error")
    .map(({ Rule, Message }) => ({ id: Rule.Id, message: Message }));
}

/** The failed checks of what `checkov --output json` writes. */
export function parseCheckov(json: string): Finding[] {
  return checkovSchema
    .parse(JSON.parse(json))
    .results.failed_checks.map(({ check_id, check_name, resource }) => ({
      id: check_id,
      message: `${check_name}: ${resource}`,
    }));
}

/** In which regions types of a family do not exist, and everything else that was found. */
export function missingTypes(findings: readonly Finding[], family: string) {
  const regions = new Set<string>();
  const others: Finding[] = [];
  for (const finding of findings) {
    const [, type = "", region] =
      /^Resource type '(.+)' does not exist in '(.+)'$/.exec(finding.message) ?? [];
    if (region !== undefined && type.startsWith(family)) regions.add(region);
    else others.push(finding);
  }
  return { regions, others };
}

/** The checks that a page answers: rows of a table that begin with the check's id. */
export function answeredChecks(markdown: string): ReadonlySet<string> {
  return new Set([...markdown.matchAll(/^\| `(CKV\w+)` \|/gm)].map(([, id = ""]) => id));
}
