/** The documented fields of an answer, kept as AKOOL spelled them. */
export type AkoolFields = Readonly<Record<string, unknown>>;

interface Seen {
  /** Seconds for which AKOOL asks not to be polled (`Retry-After`). */
  retryAfterSeconds?: number;
}

interface Answered extends Seen {
  akool: AkoolFields;
  /** `create_time`, epoch milliseconds, when AKOOL gave one. */
  createdAt?: number;
  /** Whether its code is one that AKOOL does not document, or missing. */
  undocumented?: true;
}

/** AKOOL said something about the job itself. */
export type Answer = Answered &
  (
    | { kind: "queueing" | "processing" }
    /** The detail is what had to be assumed. */
    | { kind: "completed"; videoUrl: string; detail?: string }
    /**
     * Status 3 without a `video`, or with one that cannot be fetched, which the detail names:
     * neither a success nor a reason to wait forever.
     */
    | { kind: "completed_without_video"; detail?: string }
    | { kind: "failed"; reason: string }
    /** A `video_status` that is not documented (yet): the job goes on. */
    | { kind: "unknown_status"; detail: string }
  );

/**
 * AKOOL could not be read, or would not tell. It says nothing about the job, so it never ends one.
 *
 * - `throttled`: code 1005, HTTP 429.
 * - `unavailable`: outage, timeout, unreadable body, a gateway's page, or an undocumented code.
 * - `account_fault`: key, payment, credit, ban: the account's fault, never the job's.
 */
export interface Trouble extends Seen {
  kind: "throttled" | "unavailable" | "account_fault";
  /** For a person: code, HTTP status or error. Never a credential. */
  detail: string;
  /** Whether AKOOL gave a code that it does not document. */
  undocumented?: true;
}

/**
 * AKOOL denied the job: it does not know it, or refuses it. One such answer ends nothing; see
 * `domain/transition.ts`.
 */
export interface Refusal extends Seen {
  kind: "not_found" | "rejected";
  code: number;
  message: string;
}

/** What one poll of AKOOL brought. Trouble is an observation, not an exception. */
export type Observation = Answer | Trouble | Refusal;

/** Whether the observation brings no news of the job, so that the next poll has to back off. */
export function isTrouble(observation: Observation): observation is Trouble {
  return (
    observation.kind === "throttled" ||
    observation.kind === "unavailable" ||
    observation.kind === "account_fault"
  );
}

/** Whether AKOOL described the job. */
export function isAnswer(observation: Observation): observation is Answer {
  return "akool" in observation;
}
