import * as z from "zod/mini";
import { messageOfCause } from "#aws/lambda-cause.ts";
import {
  createImport,
  type ImportDependencies,
  type ImportRequest,
} from "#use-cases/imports/create-import.ts";
import { type FoundImport, findImport } from "#use-cases/imports/find-import.ts";
import { createImportSchema, type ImportView, importIdParameters } from "./import-schemas.ts";
import { NO_BODY, operation } from "./operation.ts";

/** A thousand ids of maximum length have 70 kB, plus their tags. */
const MAX_IMPORT_BYTES = 1024 * 1024;

/** Content types of a body that is the list itself; its bytes tell the format. */
const LIST_TYPES =
  /^(?:text\/(?:plain|csv|tab-separated-values)|application\/(?:(?:x-)?(?:ndjson|jsonl|jsonlines|gzip|csv)|octet-stream))\s*(?:;|$)/i;

const createImportBody: z.ZodMiniType<ImportRequest> = z.pipe(
  createImportSchema,
  z.transform((body): ImportRequest => (Array.isArray(body) ? { jobs: body } : body)),
);

const nothing = z.object({});

/** The operations on imports, by route. */
export function importOperations(dependencies: ImportDependencies) {
  return {
    createImport: operation(
      {
        parameters: nothing,
        query: nothing,
        body: createImportBody,
        maxBodyBytes: MAX_IMPORT_BYTES,
        raw: { types: LIST_TYPES, read: (list) => ({ list }) },
      },
      async ({ body }) => {
        const { importId, source, startedAt } = await createImport(dependencies, body);
        const view: ImportView = {
          importId,
          state: "running",
          source,
          startedAt: startedAt.toISOString(),
        };
        return { status: 202, body: view, headers: { location: `/imports/${importId}` } };
      },
    ),
    getImport: operation(
      { parameters: importIdParameters, query: nothing, body: NO_BODY },
      async ({ parameters }) => {
        return {
          status: 200,
          body: importView(await findImport(dependencies, parameters.importId)),
        };
      },
    ),
  };
}

function importView({ importId, run, progress, summary, links }: FoundImport): ImportView {
  return {
    importId,
    state: run.state,
    source: run.source,
    startedAt: run.startedAt.toISOString(),
    ...(run.endedAt && { endedAt: run.endedAt.toISOString() }),
    ...(progress && { progress }),
    ...(summary && {
      lines: summary.lines,
      outcomes: summary.outcomes,
      report: summary.report.map((file, index) => ({ ...file, url: links[index] ?? "" })),
    }),
    ...(run.error && {
      failure: { code: run.error.code, reason: messageOfCause(run.error.cause) },
    }),
  };
}
