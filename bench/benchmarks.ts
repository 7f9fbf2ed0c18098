/** One benchmark of `npm run bench`. */
export interface Benchmark {
  /** One line for `--help`. */
  readonly summary: string;
  /** Loads only this benchmark, so that none pays for another's packages. */
  load(): Promise<BenchmarkModule>;
}

interface BenchmarkModule {
  /**
   * @param args the arguments behind the benchmark's name
   * @returns the exit code
   */
  run(args: readonly string[]): Promise<number>;
}

/** Every benchmark by its name on the command line; one line each. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  "cold-start": {
    summary: "size and import time of each function's bundle",
    load: () => import("./cold-start/main.ts"),
  },
  copy: {
    summary: "copying one video into S3, against lib-storage, rclone and the AWS CLI",
    load: () => import("./copy/main.ts"),
  },
  "content-check": {
    summary: "what the content check adds to a copy's time and memory",
    load: () => import("./content-check/main.ts"),
  },
  "first-run": {
    summary: "first words and results after npm ci, cold and warm, and the memory of serve",
    load: () => import("./first-run/main.ts"),
  },
  polling: {
    summary: "polls, transitions, dollars and delay of polling schedules (simulated time)",
    load: () => import("./polling/run.ts"),
  },
  throughput: {
    summary: "jobs followed and archived on this machine: jobs a second, memory, nothing lost",
    load: () => import("./throughput/run.ts"),
  },
  storm: {
    summary: "ten thousand jobs started at once, simulated: polls a second, throttled ones",
    load: () => import("./storm/run.ts"),
  },
  imports: {
    summary: "time of an import's coordination by its lines, up to a million",
    load: () => import("./imports/run.ts"),
  },
};
