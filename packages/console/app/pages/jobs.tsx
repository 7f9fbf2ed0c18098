import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { isEmptyView, readView, type View, writeView } from "../logic/filters.ts";
import { count } from "../logic/format.ts";
import { createJobList, type JobList } from "../state/job-list.ts";
import { usePolling } from "../state/poll.ts";
import { route } from "../state/router.ts";
import { CopyButton } from "../ui/button.tsx";
import { Empty, Page, Problem, Skeleton } from "../ui/page.tsx";
import { BulkBar } from "./jobs/bulk-bar.tsx";
import { Filters } from "./jobs/filters.tsx";
import { JobTable } from "./jobs/table.tsx";
import { StartPanels } from "./start.tsx";

/** The last view is kept, so that the way back from a job finds the list as it was. */
let kept: { key: string; list: JobList } | undefined;

function listOf(key: string, view: View): JobList {
  if (kept?.key !== key) kept = { key, list: createJobList(view) };
  return kept.list;
}

export function JobsPage() {
  const view = readView(route.value.query);
  const key = writeView(view);
  const list = useMemo(() => listOf(key, view), [key]);
  const visible = useMemo(() => ({ ids: [] as readonly string[] }), [key]);
  const selected = useSignal<ReadonlySet<string>>(new Set());
  useEffect(() => {
    selected.value = new Set();
  }, [key]);
  usePolling(`jobs${key}`, {
    run: (abort) => list.refresh(visible.ids, abort),
    isBusy: list.isBusy,
  });
  const isFresh = isEmptyView(view) && list.loaded.value?.jobs.length === 0;
  return (
    <Page title="Jobs" aside={<ListSize list={list} />}>
      {isFresh ? (
        <StartPanels />
      ) : (
        <>
          <Filters view={view} />
          {list.problem.value !== undefined && <Problem text={list.problem.value} />}
          <Rows list={list} visible={visible} selected={selected} view={view} />
          <BulkBar list={list} selected={selected} />
        </>
      )}
    </Page>
  );
}

function ListSize({ list }: { list: JobList }) {
  const { loaded, shown } = list;
  if (loaded.value === undefined) return null;
  const more = loaded.value.cursor === undefined ? "" : " so far";
  return (
    <>
      <span class="quiet tabular">
        {count(shown.value.length, "job")}
        {more}
      </span>
      <CopyButton text={location.href} what="this view" words="Copy link" />
    </>
  );
}

interface RowsProps {
  list: JobList;
  visible: { ids: readonly string[] };
  selected: Signal<ReadonlySet<string>>;
  view: View;
}

function Rows({ list, visible, selected, view }: RowsProps) {
  if (list.loaded.value === undefined) {
    return list.problem.value === undefined ? <Skeleton lines={12} /> : null;
  }
  if (list.shown.value.length > 0 || list.loaded.value.cursor !== undefined) {
    return (
      <JobTable
        list={list}
        selected={selected}
        eager={view.product === undefined}
        onVisible={(ids) => {
          visible.ids = ids;
        }}
      />
    );
  }
  return (
    <Empty title="No job is in this view">
      <a href="#/jobs">Show all jobs</a>
    </Empty>
  );
}
