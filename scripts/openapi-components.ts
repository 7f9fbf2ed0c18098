import * as z from "zod/mini";
import { toldCompanionSchema } from "#domain/job/companion.ts";
import { comparedPropertySchema } from "#domain/job/comparison.ts";
import { contentFactsSchema } from "#domain/job/content.ts";
import { failureSchema } from "#domain/job/failure.ts";
import { jobStatusSchema } from "#domain/job/job-status.ts";
import { createImportSchema, importPageSchema, importViewSchema } from "#http/import-schemas.ts";
import {
  ledgerRowSchema,
  ledgerSchema,
  ledgerSumsSchema,
  summarySchema,
} from "#http/ledger-schemas.ts";
import {
  createdSwapSchema,
  createSwapSchema,
  healthSchema,
  jobPageSchema,
  jobViewSchema,
  problemSchema,
  settledSwapSchema,
  settlementSchema,
  submissionPageSchema,
  submissionViewSchema,
  submitJobSchema,
  videoLinkSchema,
} from "#http/schemas.ts";

/** The schemas that the document names: all of a request or an answer, and what several of them share. */
const COMPONENTS = {
  JobRequest: submitJobSchema,
  Job: jobViewSchema,
  JobPage: jobPageSchema,
  VideoLink: videoLinkSchema,
  JobStatus: jobStatusSchema,
  Failure: failureSchema,
  Companion: toldCompanionSchema,
  ContentFacts: contentFactsSchema,
  ComparedProperty: comparedPropertySchema,
  CharacterSwapRequest: createSwapSchema,
  CreatedSwap: createdSwapSchema,
  Submission: submissionViewSchema,
  SubmissionPage: submissionPageSchema,
  Settlement: settlementSchema,
  SettledSwap: settledSwapSchema,
  ImportRequest: createImportSchema,
  Import: importViewSchema,
  ImportPage: importPageSchema,
  Ledger: ledgerSchema,
  LedgerRow: ledgerRowSchema,
  LedgerSums: ledgerSumsSchema,
  Summary: summarySchema,
  Health: healthSchema,
  Problem: problemSchema,
} as const;

/** Of our own, so that the event schemas, which are made from the same parts, stay whole. */
const registry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });

const uri = (id: string) => `#/components/schemas/${id}`;

/** Every named schema, as JSON Schema with references to the others. Decision 0073. */
export function componentSchemas(): Record<string, object> {
  const { schemas } = z.toJSONSchema(registry, { io: "input", uri });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _uri, ...schema }]) => [
      id,
      schema,
    ]),
  );
}

/** A reference to a schema that has a name, and any other as it is. */
export function schemaOrReference(schema: z.ZodMiniType): object {
  const named = registry.get(schema);
  if (named !== undefined) return { $ref: uri(named.id) };
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}
