import type { CompanionFiles, ResultFile } from "./result-file.ts";

/** How a simulated job ends. `never` stays in processing for good. */
type JobEnd =
  | {
      readonly kind: "complete";
      readonly file: ResultFile;
      /** Makes the job a video translation, which is answered as AKOOL's sample of one. */
      readonly companions?: CompanionFiles;
    }
  | { readonly kind: "fail"; readonly reason?: string }
  | { readonly kind: "never" };

/** One way in which an answer of infobymodelid goes wrong. */
export type FaultEffect =
  /** A business code in place of the answer, over HTTP 200 and without `data`. */
  | { readonly kind: "code"; readonly code: number; readonly msg?: string }
  /** An HTTP error from in front of AKOOL; an HTML page unless `body` says otherwise. */
  | { readonly kind: "http"; readonly status: number; readonly body?: string }
  /** HTTP 200 that says JSON, with this body in its place. */
  | { readonly kind: "unreadable"; readonly body: string }
  /** No answer until the client leaves. */
  | { readonly kind: "hang" }
  /** The ordinary answer, this many milliseconds of real time late. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Code 1000 without `data`. */
  | { readonly kind: "no-data" }
  /** `video_status` 3 without `video`, however far the job is. */
  | { readonly kind: "no-video" }
  /** `video_status` 3 with `video: ""`, however far the job is. */
  | { readonly kind: "empty-video" }
  /** The ordinary answer with another `video_status`: an unknown one, or one that goes backwards. */
  | { readonly kind: "status"; readonly value: number }
  /** The connection is reset before any answer. */
  | { readonly kind: "reset" };

/**
 * When a fault applies: `calls`, from the n-th to the m-th answer about the job (the first is 1,
 * both ends count); or `ms`, from this many milliseconds after creation until before that many.
 */
export type Fault = { readonly fault: FaultEffect } & (
  | { readonly calls: readonly [from: number, to: number] }
  | { readonly ms: readonly [from: number, until: number] }
);

/**
 * What becomes of a job's webhooks, of which there is one when processing begins and one at its end.
 * They are sent only to an address on this machine.
 */
interface WebhookScript {
  /** How late each one is, in milliseconds of the simulator's clock; 0 unless given. */
  readonly lateMs?: number;
  /** How often each one comes again, byte for byte the same; 0 unless given. */
  readonly duplicates?: number;
  /** None is ever sent. */
  readonly lost?: boolean;
  /** The first one comes after the last one. */
  readonly reordered?: boolean;
}

/** What happens to a simulated job. Times are in milliseconds, read off the simulator's clock. */
export interface JobScript {
  /** How long the job queues, from its creation. */
  readonly queueMs: number;
  /** How long it is then processed. */
  readonly processMs: number;
  readonly end: JobEnd;
  /** How long before it was added the job was created; 0 unless given. */
  readonly createdAgoMs?: number;
  /**
   * Its time begins when it is first asked about, as if it had been created at that moment: for jobs
   * that a person is told of, and gets to later. Not for jobs with webhooks, which go by its creation.
   */
  readonly startsAtFirstPoll?: boolean;
  /** If several apply to one answer, the first in the list counts. */
  readonly faults?: readonly Fault[];
  /** What goes wrong with its webhooks; nothing unless given. */
  readonly webhook?: WebhookScript;
}
