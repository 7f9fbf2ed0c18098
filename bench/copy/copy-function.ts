interface CopyTask {
  url: string;
  bytes: number;
  /** In the bucket {@link BENCH_BUCKET}. */
  key: string;
}

export type CopyFunction = (task: CopyTask) => Promise<void>;

export const BENCH_BUCKET = "videos";
