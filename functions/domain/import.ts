import * as z from "zod/mini";
import { type TrackingRequest, trackingRequestSchema } from "./job.ts";
import { quotedText } from "./redaction.ts";
import { parseStorableJson } from "./storable-json.ts";

/** Characters of a reason in the report: a line may hold anything, and anything may be wrong. */
const MAX_REASON = 300;

const { localeError } = z.locales.en();

/**
 * What can become of a line. `ended`: the job has ended without an archived video; an import begins
 * no job anew, so that the same lines can be imported again and again.
 */
const LINE_OUTCOMES = [
  "started",
  "already_followed",
  "archived",
  "ended",
  "malformed",
  "not_started",
] as const;

export type LineOutcome = (typeof LINE_OUTCOMES)[number];

const outcomeCountsSchema = z.object({
  started: z.int(),
  already_followed: z.int(),
  archived: z.int(),
  ended: z.int(),
  malformed: z.int(),
  not_started: z.int(),
}) satisfies z.ZodMiniType<Record<LineOutcome, number>>;

/** How many lines came to each outcome. */
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

/** What an import came to: the output of its execution. */
export const importSummarySchema = z.object({
  /** Lines that are not blank. */
  lines: z.int(),
  outcomes: outcomeCountsSchema,
  report: z.array(z.object({ bucket: z.string(), key: z.string(), bytes: z.int() })),
});

export type ImportSummary = z.infer<typeof importSummarySchema>;

/** One line of an import: its number in the source, from 1, and its text unless that is unusable. */
export const importLineSchema = z.union([
  z.object({ line: z.int(), text: z.string() }),
  z.object({ line: z.int(), problem: z.string() }),
]);

export type ImportLine = z.infer<typeof importLineSchema>;

/** What the report says of one line. */
export const lineResultSchema = z.object({
  line: z.int(),
  outcome: z.enum(LINE_OUTCOMES),
  videoModelId: z.optional(z.string()),
  /** The status of the job; absent when there is none. */
  status: z.optional(z.string()),
  reason: z.optional(z.string()),
});

export type LineResult = z.infer<typeof lineResultSchema>;

/** A line as it may be written: an id alone, or what `POST /jobs` takes. */
export const importJobSchema = z.union(
  [trackingRequestSchema.shape.videoModelId, z.strictObject(trackingRequestSchema.shape)],
  "must be an id, or an object with videoModelId, tags and deadlineHours",
);

export type ImportJob = z.infer<typeof importJobSchema>;

/** What a line asks for, or why it asks for nothing. */
export type ReadLine = { request: TrackingRequest } | { problem: string };

/** Reads one line. Nothing that a line holds is an exception. */
export function readImportLine(line: ImportLine): ReadLine {
  if ("problem" in line) return { problem: line.problem };
  const parsed = parseStorableJson(line.text);
  return "problem" in parsed ? { problem: `the line ${parsed.problem}` } : readJob(parsed.value);
}

function readJob(value: unknown): ReadLine {
  // Not the union: of that, an error would say that neither fits, and not why.
  const isId = typeof value === "string";
  const schema = z.strictObject(trackingRequestSchema.shape);
  const parsed = schema.safeParse(isId ? { videoModelId: value } : value, { error: localeError });
  if (parsed.success) return { request: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) =>
    [...path.map(String), message].join(": "),
  );
  // A field that is not ours is told by its name, and the report goes through the workflow's state.
  return { problem: quotedText(problems.join("; "), MAX_REASON).toWellFormed() };
}

/** No line counted yet. */
export function noOutcomes(): OutcomeCounts {
  return {
    started: 0,
    already_followed: 0,
    archived: 0,
    ended: 0,
    malformed: 0,
    not_started: 0,
  };
}
