import * as z from "zod/mini";
import {
  createImportSchema,
  importIdParameters,
  importPageSchema,
  importViewSchema,
  listImportsQuery,
} from "#http/import-schemas.ts";
import { ledgerQuery, ledgerSchema, summarySchema } from "#http/ledger-schemas.ts";
import type { ProblemName } from "#http/problem.ts";
import type { RouteName } from "#http/routes.ts";
import {
  companionParameters,
  createdSwapSchema,
  createSwapSchema,
  healthSchema,
  idempotencyKeyParameters,
  jobIdParameters,
  jobPageSchema,
  jobViewSchema,
  listJobsQuery,
  listSwapsQuery,
  settledSwapSchema,
  settlementSchema,
  submissionPageSchema,
  submissionViewSchema,
  submitJobSchema,
  videoLinkSchema,
  videoQuery,
} from "#http/schemas.ts";

/** What the document says of one operation beyond its route. */
export interface OperationDescription {
  summary: string;
  description?: string;
  parameters?: z.ZodMiniType;
  query?: z.ZodMiniType;
  idempotencyKey?: true;
  /** Whether it takes the `ETag` of an earlier answer. */
  ifNoneMatch?: true;
  body?: {
    schema: z.ZodMiniType;
    examples: Record<string, unknown>;
    /** Other types that are taken, as text or bytes. */
    raw?: readonly string[];
  };
  /** By status; without a schema the answer has no body. */
  responses: Record<number, ResponseDescription>;
  problems: readonly ProblemName[];
}

interface ResponseDescription {
  description: string;
  schema?: z.ZodMiniType;
  headers?: string[];
  /** Another type that may be asked for, as text. */
  text?: string;
}

const ID = "689174694b4dbdd4ab3d28c9";

const aJob = "The job.";

/** Of the routes that lead to a file. */
const redirectOrLink: OperationDescription["responses"] = {
  200: { description: "The link, for who asks for JSON.", schema: videoLinkSchema },
  302: {
    description: "Redirects to a presigned URL that is valid for a while.",
    headers: ["Location"],
  },
};

/** Every operation; a route without one does not compile. */
export const OPERATIONS: Readonly<Record<RouteName, OperationDescription>> = {
  submitJob: {
    summary: "Follow a video that AKOOL is generating",
    description:
      "Asked again while the job is followed, or after it was archived, nothing is started. After " +
      "an end that can be mended (a fault of the archiver, timed_out, cancelled, rejected, " +
      "not_found, archive_failed) a new attempt starts.",
    body: {
      schema: submitJobSchema,
      examples: {
        id: { videoModelId: ID },
        "with tags and a deadline": {
          videoModelId: ID,
          tags: { project: "trailer" },
          deadlineHours: 6,
        },
      },
    },
    responses: {
      202: { description: "Following has started.", schema: jobViewSchema, headers: ["Location"] },
      200: {
        description: "The job was followed or archived already; nothing was started.",
        schema: jobViewSchema,
        headers: ["Location"],
      },
    },
    problems: ["invalid-request", "body-too-large", "unsupported-media-type"],
  },
  listJobs: {
    summary: "List jobs, newest first",
    description:
      "A page can be shorter than `limit`, or empty, and still have a `cursor`: the list ends where " +
      "there is none. Jobs that are added or change meanwhile are neither repeated nor left out.",
    query: listJobsQuery,
    responses: { 200: { description: "One page.", schema: jobPageSchema } },
    problems: ["invalid-request"],
  },
  getJob: {
    summary: "Read one job with its timeline",
    parameters: jobIdParameters,
    responses: { 200: { description: aJob, schema: jobViewSchema } },
    problems: ["invalid-request", "job-not-found"],
  },
  getVideo: {
    summary: "Download the archived video",
    description:
      "Redirects; asked with `Accept: application/json`, answers with the link instead, as a page " +
      "of another origin needs it.",
    parameters: jobIdParameters,
    query: videoQuery,
    responses: redirectOrLink,
    problems: [
      "invalid-request",
      "job-not-found",
      "video-not-archived",
      "video-not-restored",
      "video-expired",
      "video-deleted",
    ],
  },
  getCompanion: {
    summary: "Download a file beside the video: subtitles, or the video without captions",
    description:
      "What AKOOL names in `audio_splits`. Redirects, or answers with the link, as for the video.",
    parameters: companionParameters,
    query: videoQuery,
    responses: redirectOrLink,
    problems: [
      "invalid-request",
      "job-not-found",
      "companion-not-found",
      "companion-not-archived",
      "companion-lost",
      "video-not-restored",
      "video-deleted",
    ],
  },
  cancelJob: {
    summary: "Stop following a job",
    description: "AKOOL documents no call to cancel a generation: it goes on there and is charged.",
    parameters: jobIdParameters,
    responses: {
      200: {
        description: "The job is cancelled; `note` says what that means.",
        schema: jobViewSchema,
      },
    },
    problems: ["invalid-request", "job-not-found", "job-ended"],
  },
  retryJob: {
    summary: "Try a job again",
    description:
      "Goes on where a failed execution stopped, or starts a new attempt. Of an archived job the " +
      "files beside the video are tried again that are missing.",
    parameters: jobIdParameters,
    responses: {
      202: { description: aJob, schema: jobViewSchema, headers: ["Location"] },
    },
    problems: ["invalid-request", "job-not-found", "job-running", "job-ended"],
  },
  createCharacterSwap: {
    summary: "Create a character swap at AKOOL and follow it",
    description:
      "Billable. The same Idempotency-Key with the same body gives the same answer and is charged " +
      "once. When it cannot be known whether AKOOL has created the video, nothing is sent again: a " +
      "person settles the submission.",
    idempotencyKey: true,
    body: {
      schema: createSwapSchema,
      examples: {
        swap: {
          image: "https://example.com/character.png",
          video: "https://example.com/source.mp4",
          duration: 10,
          resolution: "720p",
          mode: "animate",
          tags: { project: "trailer" },
        },
      },
    },
    responses: {
      202: {
        description: "Created at AKOOL and followed.",
        schema: createdSwapSchema,
        headers: ["Location"],
      },
    },
    problems: [
      "invalid-request",
      "body-too-large",
      "unsupported-media-type",
      "idempotency-key-missing",
      "idempotency-key-reused",
      "submission-in-progress",
      "submission-unknown",
      "budget-reached",
      "akool-refused",
      "akool-unavailable",
      "akool-account",
    ],
  },
  listCharacterSwaps: {
    summary: "List creations, newest first",
    description:
      "`state=submit_unknown` lists those that a person has to settle. A page can be shorter than " +
      "`limit`, or empty, and still have a `cursor`.",
    query: listSwapsQuery,
    responses: { 200: { description: "One page.", schema: submissionPageSchema } },
    problems: ["invalid-request"],
  },
  getCharacterSwap: {
    summary: "Read what became of a creation",
    parameters: idempotencyKeyParameters,
    responses: { 200: { description: "The submission.", schema: submissionViewSchema } },
    problems: ["invalid-request", "submission-not-found"],
  },
  settleCharacterSwap: {
    summary: "Settle a creation of which the outcome is not known",
    description: "Give the id that AKOOL shows, or release the key when the video is not there.",
    parameters: idempotencyKeyParameters,
    body: {
      schema: settlementSchema,
      examples: { found: { videoModelId: ID }, "not there": { release: true } },
    },
    responses: {
      200: {
        description: "Settled; with the job that is followed now.",
        schema: settledSwapSchema,
      },
    },
    problems: [
      "invalid-request",
      "body-too-large",
      "unsupported-media-type",
      "submission-not-found",
      "submission-settled",
    ],
  },
  createImport: {
    summary: "Follow many videos at once",
    description:
      "Up to 1,000 ids or jobs in the request, or a list as the body or in S3, in a place that the " +
      "configuration allows: JSON Lines, a JSON list, ids alone, or CSV with a header; UTF-8, UTF-16 " +
      "or gzip. Jobs that are followed, archived or have ended " +
      "are left as they are, so the same import can be repeated.",
    body: {
      schema: createImportSchema,
      examples: {
        ids: {
          jobs: [ID, { videoModelId: "689174694b4dbdd4ab3d28ca", tags: { project: "trailer" } }],
        },
        object: { source: "s3://my-import-bucket/imports/videos.jsonl" },
      },
      raw: ["text/csv", "text/plain", "application/jsonl", "application/gzip"],
    },
    responses: {
      202: { description: "The import runs.", schema: importViewSchema, headers: ["Location"] },
    },
    problems: [
      "invalid-request",
      "body-too-large",
      "unsupported-media-type",
      "import-source-refused",
    ],
  },
  getImport: {
    summary: "Read how far an import is, and what became of its lines",
    parameters: importIdParameters,
    responses: { 200: { description: "The import.", schema: importViewSchema } },
    problems: ["invalid-request", "import-not-found"],
  },
  listImports: {
    summary: "List imports, newest first",
    description: "An import is forgotten 90 days after its end.",
    query: listImportsQuery,
    responses: { 200: { description: "One page.", schema: importPageSchema } },
    problems: ["invalid-request"],
  },
  getLedger: {
    summary: "What AKOOL was paid, and what of it is archived",
    description:
      "By the day on which AKOOL created each video, in UTC; at most 366 days. Asked with " +
      "`Accept: text/csv`, answers with the rows as CSV.",
    query: ledgerQuery,
    responses: { 200: { description: "The ledger.", schema: ledgerSchema, text: "text/csv" } },
    problems: ["invalid-request"],
  },
  getSummary: {
    summary: "How things stand",
    responses: { 200: { description: "The summary.", schema: summarySchema } },
    problems: [],
  },
  getOpenApi: {
    summary: "This document",
    responses: { 200: { description: "OpenAPI 3.1.", schema: z.looseObject({}) } },
    problems: [],
  },
  getHealth: {
    summary: "Whether the API answers",
    responses: { 200: { description: "It does.", schema: healthSchema } },
    problems: [],
  },
};
