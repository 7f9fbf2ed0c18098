import type { operations } from "./openapi.ts";

type Success<Responses> = Responses[keyof Responses & (200 | 202)];
type JsonOf<Response> = Response extends { content: { "application/json": infer Body } }
  ? Body
  : never;

/** The JSON body of an operation's successful answer. */
export type AnswerOf<Id extends keyof operations> = JsonOf<Success<operations[Id]["responses"]>>;
/** The JSON body of an operation's request. */
export type RequestOf<Id extends keyof operations> = operations[Id] extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? Body
  : never;

export type Job = AnswerOf<"getJob">;
export type JobStatus = Job["status"];
export type Companion = NonNullable<Job["companions"]>[number];
export type CompanionRole = Companion["role"];
export type JobPage = AnswerOf<"listJobs">;
export type Submission = AnswerOf<"getCharacterSwap">;
export type SubmissionPage = AnswerOf<"listCharacterSwaps">;
export type Import = AnswerOf<"getImport">;
export type ImportPage = AnswerOf<"listImports">;
export type Ledger = AnswerOf<"getLedger">;
export type Summary = AnswerOf<"getSummary">;
export type JobRequest = RequestOf<"submitJob">;
export type CharacterSwapRequest = RequestOf<"createCharacterSwap">;
export type Settlement = RequestOf<"settleCharacterSwap">;
export type ImportRequest = RequestOf<"createImport">;

/** A list as it is: JSON Lines, ids, CSV or a JSON list, also packed by gzip; 1 MiB at most. */
export interface ImportList {
  readonly contentType: "text/csv" | "text/plain" | "application/jsonl" | "application/gzip";
  readonly list: string | Uint8Array<ArrayBuffer>;
}

/** Which jobs to list. All given filters hold. */
export interface JobFilter {
  readonly status?: JobStatus;
  /** `name:value`. */
  readonly tag?: string;
  /** First acceptance, from here on (an instant in UTC, ISO 8601). */
  readonly from?: string;
  /** First acceptance, before this instant. */
  readonly to?: string;
}

/** Which page of a list. */
export interface PageQuery {
  readonly limit?: number;
  /** `cursor` of the page before. */
  readonly cursor?: string;
}

/** Which days of the ledger, and what its rows are. */
export interface LedgerQuery {
  /** Days in UTC (`2026-11-27`), both included. */
  readonly from?: string;
  readonly to?: string;
  /** `day`, `product` or `tag:NAME`. */
  readonly groupBy?: string;
}

export interface CallOptions {
  /** Ends the call, its repetitions included. */
  readonly signal?: AbortSignal;
}

/** Every operation of `openapi.json`, by its `operationId`. */
export interface ArchiverOperations {
  /** Has a video followed. `started` is false where nothing had to be started. */
  submitJob(
    request: JobRequest,
    options?: CallOptions,
  ): Promise<{ readonly job: Job; readonly started: boolean }>;
  /** One page, newest first. Go on with its `cursor` until there is none, or use `iterateJobs`. */
  listJobs(
    query?: JobFilter & { readonly limit?: number; readonly cursor?: string },
    options?: CallOptions,
  ): Promise<JobPage>;
  getJob(videoModelId: string, options?: CallOptions): Promise<Job>;
  /** Stops the following. AKOOL goes on, and charges. */
  cancelJob(videoModelId: string, options?: CallOptions): Promise<AnswerOf<"cancelJob">>;
  /** A presigned link to the archived video: a secret, and short-lived. */
  getVideo(
    videoModelId: string,
    options?: CallOptions & { readonly disposition?: "attachment" | "inline" },
  ): Promise<AnswerOf<"getVideo">>;
  /** The same for a file beside the video: subtitles, or the video without captions. */
  getCompanion(
    videoModelId: string,
    role: CompanionRole,
    options?: CallOptions & { readonly disposition?: "attachment" | "inline" },
  ): Promise<AnswerOf<"getCompanion">>;
  retryJob(videoModelId: string, options?: CallOptions): Promise<Job>;
  /** Billable. The same key with the same body is never charged twice. */
  createCharacterSwap(
    request: CharacterSwapRequest,
    options: CallOptions & { readonly idempotencyKey: string },
  ): Promise<AnswerOf<"createCharacterSwap">>;
  /** One page, newest first. `submit_unknown` are those that a person has to settle. */
  listCharacterSwaps(
    query?: PageQuery & { readonly state?: Submission["state"] },
    options?: CallOptions,
  ): Promise<SubmissionPage>;
  getCharacterSwap(idempotencyKey: string, options?: CallOptions): Promise<Submission>;
  settleCharacterSwap(
    idempotencyKey: string,
    settlement: Settlement,
    options?: CallOptions,
  ): Promise<AnswerOf<"settleCharacterSwap">>;
  createImport(request: ImportRequest | ImportList, options?: CallOptions): Promise<Import>;
  /** One page, newest first. */
  listImports(query?: PageQuery, options?: CallOptions): Promise<ImportPage>;
  getImport(importId: string, options?: CallOptions): Promise<Import>;
  /** What AKOOL was paid, and what of it is archived. */
  getLedger(query?: LedgerQuery, options?: CallOptions): Promise<Ledger>;
  /** The rows of the ledger as CSV, with a header. */
  getLedgerCsv(query?: LedgerQuery, options?: CallOptions): Promise<string>;
  /** How things stand. */
  getSummary(options?: CallOptions): Promise<Summary>;
  getOpenApi(options?: CallOptions): Promise<AnswerOf<"getOpenApi">>;
  getHealth(options?: CallOptions): Promise<AnswerOf<"getHealth">>;
  /** Whether AKOOL's webhook could be delivered: resolves if so. */
  probeAkoolWebhook(options?: CallOptions): Promise<void>;
  probeAkoolWebhookHead(options?: CallOptions): Promise<void>;
}
