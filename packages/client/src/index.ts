/** The archiver's HTTP API for Node.js and browsers; see README.md. */
export { type Archiver, type ArchiverOptions, createArchiver } from "./archiver.ts";
export { ArchiverProblem, ArchiverUnreachable, JobNotArchived, type Problem } from "./errors.ts";
export { isEnded, type WaitOptions } from "./following.ts";
export type { operations } from "./openapi.ts";
export type * from "./types.ts";
