import type { components } from "./openapi.ts";
import type { Job } from "./types.ts";

/** Problem details (RFC 9457), with whatever members the problem has besides. */
export type Problem = components["schemas"]["Problem"];

const PREFIX = "urn:akool-video-archiver:problem:";

/**
 * The archiver, or API Gateway in front of it, has refused a request. Match on `kind`, or on `type`
 * and `status`; the texts are for people and may change.
 */
export class ArchiverProblem extends Error {
  override readonly name = "ArchiverProblem";
  /** `urn:akool-video-archiver:problem:<kind>`; `about:blank` where API Gateway has refused. */
  readonly type: string;
  /** The name of the problem, for example `job-not-found`; empty where API Gateway has refused. */
  readonly kind: string;
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  readonly detail: string;
  /** What else the problem tells, for example `jobStatus` or `errors`. */
  readonly problem: Problem;
  /** The `Retry-After` of the answer. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail === "" ? problem.title : `${problem.title}: ${problem.detail}`);
    this.type = problem.type;
    this.kind = problem.type.startsWith(PREFIX) ? problem.type.slice(PREFIX.length) : "";
    this.title = problem.title;
    this.status = problem.status;
    this.detail = problem.detail;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer came, or one that is not the archiver's. `cause` has the reason. */
export class ArchiverUnreachable extends Error {
  override readonly name = "ArchiverUnreachable";
}

/** A job that was waited for has ended without a video in the archive. */
export class JobNotArchived extends Error {
  override readonly name = "JobNotArchived";
  readonly job: Job;

  constructor(job: Job) {
    super(`${job.videoModelId} is ${job.status}${job.failure ? `: ${job.failure.reason}` : ""}`);
    this.job = job;
  }
}
