/** The documented fields of an answer, kept as AKOOL spelled them. */
export type AkoolFields = Readonly<Record<string, unknown>>;

interface Answered {
  akool: AkoolFields;
  /** `create_time`, epoch milliseconds, when AKOOL gave one. */
  createdAt?: number;
}

/** AKOOL said something about the job itself. */
export type Answer = Answered &
  (
    | { kind: "queueing" | "processing" }
    | { kind: "completed"; videoUrl: string }
    /** Status 3 without a `video`: neither a success nor a reason to wait for ever. */
    | { kind: "completed_without_video" }
    | { kind: "failed"; reason: string }
    /** A `video_status` that is not documented (yet): the job goes on. */
    | { kind: "unknown_status"; detail: string }
  );

/**
 * AKOOL could not be read, or would not tell. It says nothing about the job, so it never ends one.
 *
 * - `throttled`: code 1005.
 * - `unavailable`: outage, timeout, unreadable body, or an undocumented code.
 * - `account_fault`: key, payment, credit, ban: the account's fault, never the job's.
 */
export interface Trouble {
  kind: "throttled" | "unavailable" | "account_fault";
  /** For a person: code, HTTP status or error. Never a credential. */
  detail: string;
  /** Whether AKOOL gave a code that it does not document. */
  undocumented?: true;
}

/** AKOOL refused the id: `not_found` gets a short grace, `rejected` is permanent. */
export interface Refusal {
  kind: "not_found" | "rejected";
  code: number;
  message: string;
}

/** What one look at AKOOL brought. Trouble is an observation, not an exception. */
export type Observation = Answer | Trouble | Refusal;

/** Whether the observation brings no news of the job, so that the next look has to back off. */
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
