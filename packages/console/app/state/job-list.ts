import type { Job } from "@akool-archiver/client";
import { computed, signal } from "@preact/signals";
import { apiFilter, type View } from "../logic/filters.ts";
import { type LoadedJobs, withFirstPage, withJobs, withNextPage } from "../logic/merge-pages.ts";
import { productOf } from "../logic/product.ts";
import { isRunning } from "../logic/status.ts";
import { api, isPassing, messageOf } from "./api.ts";

const PAGE = 100;
/** Jobs of later pages that are asked for one by one while they are under way. */
const MAX_SINGLE = 10;

/** One view of the job list, as far as it was loaded. */
export function createJobList(view: View) {
  const filter = apiFilter(view);
  const loaded = signal<LoadedJobs<Job> | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  const isLoadingMore = signal(false);
  const shown = computed(() => {
    const jobs = loaded.value?.jobs ?? [];
    return view.product === undefined
      ? jobs
      : jobs.filter((job) => productOf(job) === view.product);
  });

  async function refresh(visible: readonly string[], abort: AbortSignal): Promise<void> {
    const page = await read(abort);
    const before = loaded.value;
    const first = new Set(page.jobs.map(({ videoModelId }) => videoModelId));
    const fresh = await readSingle(
      visible.filter((id) => !first.has(id)),
      abort,
    );
    loaded.value =
      before === undefined ? page : withJobs(withFirstPage(loaded.value ?? before, page), fresh);
    problem.value = undefined;
  }

  async function read(abort: AbortSignal): Promise<LoadedJobs<Job>> {
    try {
      const page = await api().listJobs({ ...filter, limit: PAGE }, { signal: abort });
      return { jobs: page.jobs, cursor: page.cursor };
    } catch (error) {
      if (!isPassing(error) && !abort.aborted) problem.value = messageOf(error);
      throw error;
    }
  }

  /** The jobs on the screen that the first page does not hold, if they are still under way. */
  async function readSingle(visible: readonly string[], abort: AbortSignal): Promise<Job[]> {
    const running = (loaded.value?.jobs ?? []).filter(
      ({ videoModelId, status }) => visible.includes(videoModelId) && isRunning(status),
    );
    const reads = running
      .slice(0, MAX_SINGLE)
      .map(({ videoModelId }) => api().getJob(videoModelId, { signal: abort }));
    const read = await Promise.allSettled(reads);
    return read.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  }

  async function loadMore(): Promise<void> {
    const cursor = loaded.value?.cursor;
    if (cursor === undefined || isLoadingMore.value) return;
    isLoadingMore.value = true;
    try {
      const page = await api().listJobs({ ...filter, limit: PAGE, cursor });
      const before = loaded.value ?? { jobs: [], cursor: undefined };
      loaded.value = withNextPage(before, { jobs: page.jobs, cursor: page.cursor });
    } catch (error) {
      if (!isPassing(error)) problem.value = messageOf(error);
    } finally {
      isLoadingMore.value = false;
    }
  }

  return {
    shown,
    loaded,
    problem,
    isLoadingMore,
    refresh,
    loadMore,
    isBusy: () => (loaded.value?.jobs ?? []).slice(0, PAGE).some((job) => isRunning(job.status)),
    /** Shows at once what an action has answered. */
    put(job: Job) {
      if (loaded.value !== undefined) loaded.value = withJobs(loaded.value, [job]);
    },
  };
}

export type JobList = ReturnType<typeof createJobList>;
