import type { ImportProgress, ImportRun } from "#aws/import-executions.ts";
import { type ImportSummary, importSummarySchema } from "#domain/imports/import.ts";
import { RequestRefused } from "#domain/refusals.ts";
import type { ImportDependencies } from "./create-import.ts";

export interface FoundImport {
  importId: string;
  run: ImportRun;
  /** While it runs. */
  progress?: ImportProgress | undefined;
  /** Once it has succeeded. */
  summary?: ImportSummary;
  /** Links to the files of the report, in their order. */
  links: string[];
}

/** @throws RequestRefused import-not-found */
export async function findImport(
  { imports, importObjects }: Pick<ImportDependencies, "imports" | "importObjects">,
  importId: string,
): Promise<FoundImport> {
  const run = await imports.find(importId);
  if (run === undefined) {
    throw new RequestRefused("import-not-found", `there is no import ${importId}`);
  }
  if (run.output === undefined) {
    // Progress is optional: without it the answer still says that the import runs.
    const progress =
      run.state === "running" ? await imports.progress(importId).catch(() => undefined) : undefined;
    return { importId, run, progress, links: [] };
  }
  const summary = importSummarySchema.parse(JSON.parse(run.output));
  const links = await Promise.all(summary.report.map((file) => importObjects.linkTo(file)));
  return { importId, run, summary, links };
}
