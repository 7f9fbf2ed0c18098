import type { ImportExecutions } from "#aws/import-executions.ts";
import type { ImportObjects } from "#aws/import-objects.ts";
import type { ImportJob } from "#domain/imports/import.ts";
import {
  type AllowedSource,
  type ImportSource,
  importKeys,
  isAllowedSource,
} from "#domain/imports/import-source.ts";
import { RequestRefused } from "#domain/refusals.ts";

export interface ImportDependencies {
  imports: ImportExecutions;
  importObjects: ImportObjects;
  /** The deployment's own bucket for imports. */
  importBucket: string;
  importSources: readonly AllowedSource[];
  /** A new id for each import. */
  newId: () => string;
}

/** The jobs themselves, a list of them in any form, or where such a list lies. */
export type ImportRequest =
  | { jobs: readonly ImportJob[] }
  | { list: Uint8Array }
  | { source: ImportSource };

export interface CreatedImport {
  importId: string;
  source: ImportSource;
  startedAt: Date;
}

/**
 * Starts an import. Each request is an import of its own. Jobs that are followed already are not
 * started again, so a request whose answer was lost can be repeated.
 *
 * @throws RequestRefused import-source-refused for an object that the configuration does not allow
 */
export async function createImport(
  dependencies: ImportDependencies,
  request: ImportRequest,
): Promise<CreatedImport> {
  const importId = dependencies.newId();
  const source = await sourceOf(dependencies, importId, request);
  const startedAt = await dependencies.imports.start(importId, source);
  return { importId, source, startedAt };
}

async function sourceOf(
  { importObjects, importBucket, importSources }: ImportDependencies,
  importId: string,
  request: ImportRequest,
): Promise<ImportSource> {
  if (!("source" in request)) {
    const place = { bucket: importBucket, key: importKeys.inline(importId) };
    await importObjects.put(place, "list" in request ? request.list : linesOf(request.jobs));
    return place;
  }
  if (isAllowedSource(importSources, request.source)) return request.source;
  const places = importSources.map(({ bucket, prefix }) => `s3://${bucket}/${prefix}`);
  throw new RequestRefused(
    "import-source-refused",
    `lines are read below ${places.join(", ")} alone`,
  );
}

function linesOf(jobs: readonly ImportJob[]): string {
  return jobs.map((job) => `${JSON.stringify(job)}\n`).join("");
}
