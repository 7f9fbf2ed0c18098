import * as z from "zod/mini";
import { UnknownImportPlace } from "#aws/import-executions.ts";
import { messageOfCause } from "#aws/lambda-cause.ts";
import {
  createImport,
  type ImportDependencies,
  type ImportRequest,
} from "#use-cases/imports/create-import.ts";
import { type FoundImport, findImport } from "#use-cases/imports/find-import.ts";
import { decodeCursor, encodeCursor, unknownCursor } from "./cursor.ts";
import {
  createImportSchema,
  type ImportView,
  importIdParameters,
  listImportsQuery,
} from "./import-schemas.ts";
import { NO_BODY, operation } from "./operation.ts";

/** A thousand ids of maximum length have 70 kB, plus their tags. */
const MAX_IMPORT_BYTES = 1024 * 1024;

const DEFAULT_LIMIT = 25;
/** Step Functions' own token, whatever it looks like. */
const PLACE = /^.{1,4096}$/s;

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
    listImports: operation(
      { parameters: nothing, query: listImportsQuery, body: NO_BODY },
      async ({ query: { limit = DEFAULT_LIMIT, cursor } }) => {
        const after = cursor === undefined ? undefined : decodeCursor(cursor, PLACE);
        const { imports, next } = await dependencies.imports
          .list({ limit, after })
          .catch(refuseUnknownPlace);
        return {
          status: 200,
          body: {
            imports: imports.map(({ startedAt, endedAt, ...line }) => ({
              ...line,
              startedAt: startedAt.toISOString(),
              ...(endedAt && { endedAt: endedAt.toISOString() }),
            })),
            ...(next !== undefined && { cursor: encodeCursor(next) }),
          },
        };
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

function refuseUnknownPlace(error: unknown): never {
  throw error instanceof UnknownImportPlace ? unknownCursor() : error;
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
