/** Items of a run, as DescribeMapRun counts them. */
interface ItemCounts {
  total: number;
  running: number;
  succeeded: number;
  failed: number;
}

/** One run of a distributed Map state. */
export interface MapRun {
  mapRunArn: string;
  executionArn: string;
  stateMachineArn: string;
  maxConcurrency: number;
  startDate: Date;
  stopDate?: Date;
  itemCounts: ItemCounts;
}

/** The runs of the Map states of one engine that this process has begun. */
export class MapRuns {
  readonly #runs = new Map<string, MapRun>();

  add(run: MapRun): void {
    this.#runs.set(run.mapRunArn, run);
  }

  find(mapRunArn: string): MapRun | undefined {
    return this.#runs.get(mapRunArn);
  }

  /** Newest first. */
  of(executionArn: string): MapRun[] {
    return [...this.#runs.values()].filter((run) => run.executionArn === executionArn).toReversed();
  }
}
