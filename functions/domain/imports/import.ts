import * as z from "zod/mini";
import {
  deadlineHoursSchema,
  type TrackingRequest,
  tagNameSchema,
  tagTextSchema,
  trackingRequestSchema,
} from "#domain/job/tracking-request.ts";
import { quotedText } from "#domain/text/redaction.ts";
import { parseStorableJson } from "#domain/text/storable-json.ts";

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

/** One entry of an import: the line where it begins, from 1, and its text unless that is unusable. */
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

/** What people have as the value of a tag; `null` means that it is not given. */
const tagValueSchema = z.nullable(z.union([tagTextSchema, z.number(), z.boolean()]));

const jobSchema = z.strictObject({
  videoModelId: z.string().check(z.regex(/^\s*[\w-]{8,64}\s*$/, "must be the _id of the video")),
  tags: z.optional(z.nullable(z.record(tagNameSchema, tagValueSchema))),
  deadlineHours: z.optional(z.nullable(deadlineHoursSchema)),
});

/** A job as it may be written: an id alone, or what `POST /jobs` takes, in the spellings of lists. */
export const importJobSchema = z.union(
  [jobSchema.shape.videoModelId, jobSchema],
  "must be an id, or an object with videoModelId, tags and deadlineHours",
);

export type ImportJob = z.infer<typeof importJobSchema>;

/** What a line asks for, or why it asks for nothing. */
export type ReadLine = { request: TrackingRequest } | { problem: string };

/** An id as people write it: alone, perhaps with a list's mark in front and its comma behind. */
const BARE_ID = /^(?:[-*]\s+)?(['`]?)([\w-]{8,64})\1\s*[,;]?$/;

/** What AKOOL itself and other programs call the id. */
const OTHER_ID_NAMES = ["_id", "id", "video_model_id"];

/** Reads one line. Nothing that a line holds is an exception. */
export function readImportLine(line: ImportLine): ReadLine {
  if ("problem" in line) return { problem: line.problem };
  const bare = BARE_ID.exec(line.text)?.[2];
  if (bare !== undefined) return readImportJob(bare);
  const parsed = parseStorableJson(line.text);
  return "problem" in parsed
    ? { problem: `the line ${parsed.problem}` }
    : readImportJob(parsed.value);
}

/**
 * Reads one entry of a list: blanks around the id, numbers and booleans as values of tags, and `null`
 * for what is not given are taken.
 */
export function readImportJob(value: unknown): ReadLine {
  // Not the union: of that, an error would say that neither fits, and not why.
  const isId = typeof value === "string";
  const schema = z.strictObject(trackingRequestSchema.shape);
  const given = isId ? { videoModelId: value } : value;
  const parsed = schema.safeParse(isRecord(given) ? plainJob(given) : given, {
    error: localeError,
  });
  if (parsed.success) return { request: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) =>
    [...path.map(String), message].join(": "),
  );
  // A field that is not ours is told by its name, and the report goes through the workflow's state.
  return { problem: quotedText(problems.join("; "), MAX_REASON).toWellFormed() };
}

function plainJob(given: Record<string, unknown>): Record<string, unknown> {
  const job = withId(given);
  const { videoModelId, tags, deadlineHours } = job;
  const spelled = {
    ...job,
    ...(typeof videoModelId === "string" && { videoModelId: videoModelId.trim() }),
    ...(isRecord(tags) && { tags: mapGiven(tags, tagText) }),
    ...(typeof deadlineHours === "string" && { deadlineHours: numberIn(deadlineHours) }),
  };
  return mapGiven(spelled, (value) => value);
}

function withId(job: Record<string, unknown>): Record<string, unknown> {
  const name = OTHER_ID_NAMES.find((other) => Object.hasOwn(job, other));
  if (name === undefined || Object.hasOwn(job, "videoModelId")) return job;
  const { [name]: id, ...others } = job;
  return { videoModelId: isRecord(id) ? id.$oid : id, ...others };
}

/** What is no number stays a text, and is named as malformed. */
function numberIn(text: string): number | string {
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}

function tagText(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

/** Without the fields that are `null`. */
function mapGiven(
  fields: Record<string, unknown>,
  map: (value: unknown) => unknown,
): Record<string, unknown> {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, map(value)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
