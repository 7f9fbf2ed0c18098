import type { JobView } from "#local/command/job-view.ts";
import type { Display } from "#local/display/display.ts";
import { START, VIDEO_ID } from "#test/support/jobs.ts";

/** A job that is being followed since START. */
export function viewOf(changes: Partial<JobView> = {}): JobView {
  return {
    videoModelId: VIDEO_ID,
    status: "processing",
    polls: 3,
    startedAt: START,
    ended: false,
    ...changes,
  };
}

/** A display that keeps what it is told. */
export class DisplayLog implements Display {
  readonly notes: string[] = [];
  readonly changes: JobView[] = [];
  readonly summaries: (readonly JobView[])[] = [];

  note(text: string): void {
    this.notes.push(text);
  }

  changed(view: JobView): void {
    this.changes.push(view);
  }

  finished(all: readonly JobView[]): void {
    this.summaries.push(all);
  }
}
