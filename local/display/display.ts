import type { JobView } from "#local/command/job-view.ts";

/** Shows the followed jobs while they are followed, and what became of them. */
export interface Display {
  /** A line for a person that is not about a job; programs do not get it. */
  note(text: string): void;
  /** A job has changed. */
  changed(view: JobView, all: readonly JobView[]): void;
  /** Every job has ended, or following was interrupted. */
  finished(all: readonly JobView[]): void;
}

/** Where a display writes to. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** An output with a cursor. */
export type TerminalOutput = Output & NodeJS.WritableStream;
