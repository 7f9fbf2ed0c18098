import type { JobStatus } from "./job/job-status.ts";

/** Why a request cannot be carried out; `http/problem.ts` gives each reason its status and title. */
export type RefusalReason =
  | "job-not-found"
  | "job-running"
  | "job-ended"
  | "video-deleted"
  | "video-not-restored"
  | "idempotency-key-reused"
  | "submission-in-progress"
  | "submission-unknown"
  | "submission-not-found"
  | "submission-settled"
  | "import-source-refused"
  | "import-not-found"
  | "budget-reached"
  | "akool-refused"
  | "akool-unavailable"
  | "akool-account";

/** What a caller needs besides the text in order to act on a refusal. */
export interface RefusalFacts {
  jobStatus?: JobStatus;
  /** The submission's state. */
  state?: string;
  /** AKOOL's business code. */
  akoolCode?: number | undefined;
  /** Seconds after which the same request may be sent again. */
  retryAfterSeconds?: number | undefined;
  /** The budget's period (`2026-11`, `2026-11-27`) and its credits. */
  period?: string;
  limit?: number;
  /** Key of the submission that a person has to settle. */
  idempotencyKey?: string;
}

/** A use case refuses a request. The message tells a person why. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly reason: RefusalReason;
  readonly facts: RefusalFacts;

  constructor(reason: RefusalReason, message: string, facts: RefusalFacts = {}) {
    super(message);
    this.reason = reason;
    this.facts = facts;
  }
}
