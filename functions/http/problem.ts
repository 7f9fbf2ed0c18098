import type { RefusalReason, RequestRefused } from "#domain/refusals.ts";

/**
 * Every kind of problem that the API answers with: its HTTP status and title. The name is the stable
 * part of the problem's `type`, which clients match on (RFC 9457). A refusal of a use case without a
 * line here does not compile.
 */
export const PROBLEMS = {
  "invalid-request": { status: 400, title: "The request is not valid" },
  "not-permitted": { status: 403, title: "The caller may not do that" },
  "job-not-found": { status: 404, title: "There is no such job" },
  "route-not-found": { status: 404, title: "There is no such route" },
  "video-not-archived": { status: 409, title: "The video is not archived yet" },
  "video-expired": { status: 410, title: "The video was not archived before AKOOL deleted it" },
  "companion-not-found": { status: 404, title: "AKOOL has named no such file of the job" },
  "companion-not-archived": { status: 409, title: "The file is not archived yet" },
  "companion-lost": { status: 410, title: "The file was given up" },
  "video-deleted": { status: 410, title: "The video is not in the bucket any more" },
  "video-not-restored": {
    status: 409,
    title: "The video has to be restored before it can be read",
  },
  "job-running": { status: 409, title: "The job is being followed" },
  "job-ended": { status: 409, title: "The job has ended" },
  "body-too-large": { status: 413, title: "The request body is too large" },
  "unsupported-media-type": { status: 415, title: "The body must be application/json" },
  "idempotency-key-missing": { status: 400, title: "The header Idempotency-Key is missing" },
  "idempotency-key-reused": { status: 422, title: "The Idempotency-Key was used for another body" },
  "submission-in-progress": { status: 409, title: "The same request is still being processed" },
  "submission-unknown": { status: 409, title: "Whether AKOOL has created the video is not known" },
  "submission-not-found": { status: 404, title: "There is no such submission" },
  "submission-settled": { status: 409, title: "The submission needs no settlement" },
  "import-source-refused": { status: 403, title: "Lines are not read from there" },
  "import-not-found": { status: 404, title: "There is no such import" },
  "budget-reached": { status: 409, title: "The credit budget does not cover the request" },
  "akool-refused": { status: 422, title: "AKOOL has refused the request" },
  "akool-unavailable": { status: 503, title: "AKOOL cannot take the request now" },
  "akool-account": { status: 502, title: "AKOOL refuses the account" },
  "internal-error": { status: 500, title: "The archiver has failed" },
} as const satisfies Kinds;

type Kinds = Readonly<Record<RefusalReason, Kind> & Record<string, Kind>>;

interface Kind {
  status: number;
  title: string;
}

export type ProblemName = keyof typeof PROBLEMS;

/** The URI that names a kind of problem. It is an identifier; nothing is served there. */
export function problemType(name: ProblemName): string {
  return `urn:akool-video-archiver:problem:${name}`;
}

export interface ProblemDetails {
  /** For a person, specific to this occurrence. */
  detail: string;
  /** Further members of the problem document. */
  members?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}

/** Thrown by an operation to be answered as problem details. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly problem: ProblemName;
  readonly details: ProblemDetails;

  constructor(problem: ProblemName, details: ProblemDetails | string) {
    const full = typeof details === "string" ? { detail: details } : details;
    super(`${problem}: ${full.detail}`);
    this.problem = problem;
    this.details = full;
  }

  get status(): number {
    return PROBLEMS[this.problem].status;
  }

  /** The `application/problem+json` document. */
  toDocument(): Record<string, unknown> {
    return {
      ...this.details.members,
      type: problemType(this.problem),
      title: PROBLEMS[this.problem].title,
      status: this.status,
      detail: this.details.detail,
    };
  }
}

/** A use case's refusal as the API answers it. */
export function problemOf({ reason, message, facts }: RequestRefused): HttpProblem {
  const { retryAfterSeconds, idempotencyKey, ...members } = facts;
  return new HttpProblem(reason, {
    detail: message,
    members: {
      ...members,
      ...(idempotencyKey !== undefined && {
        settlement: `/character-swaps/${encodeURIComponent(idempotencyKey)}/settlement`,
      }),
    },
    headers: retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
  });
}
