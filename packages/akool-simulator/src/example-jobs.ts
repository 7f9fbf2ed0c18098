import type { JobScript } from "./job-script.ts";

/** A job to try the archiver with, and what to expect of it. */
export interface ExampleJob {
  readonly description: string;
  readonly script: JobScript;
}

const mebibyte = 1024 * 1024;

/** The jobs that the simulator's command starts with. */
export const exampleJobs: readonly ExampleJob[] = [
  {
    description: "completes after 15 s",
    script: {
      queueMs: 5_000,
      processMs: 10_000,
      end: { kind: "complete", file: { kind: "sample" } },
    },
  },
  {
    description: "fails after 15 s",
    script: { queueMs: 5_000, processMs: 10_000, end: { kind: "fail" } },
  },
  {
    description: "completes after 2 min, 64 MiB",
    script: {
      queueMs: 20_000,
      processMs: 100_000,
      end: { kind: "complete", file: { kind: "generated", bytes: 64 * mebibyte } },
    },
  },
  {
    description: "is throttled, then behind a broken gateway, and completes",
    script: {
      queueMs: 5_000,
      processMs: 10_000,
      end: { kind: "complete", file: { kind: "sample" } },
      faults: [
        { calls: [2, 3], fault: { kind: "code", code: 1005 } },
        { calls: [4, 4], fault: { kind: "http", status: 502 } },
      ],
    },
  },
  {
    description: "completes with a dead link, and a fresh one when asked again",
    script: {
      queueMs: 5_000,
      processMs: 10_000,
      end: { kind: "complete", file: { kind: "gone-then", after: 1, file: { kind: "sample" } } },
    },
  },
];
