import type { Job } from "@akool-archiver/client";
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { visibleRows } from "../../logic/virtual-rows.ts";
import type { JobList } from "../../state/job-list.ts";
import { Button } from "../../ui/button.tsx";
import { JobRow } from "./row.tsx";

/** As in jobs.css. */
const ROW_HEIGHT = 44;
/** So near to the end of what is loaded, the next page is read. */
const NEAR_THE_END = 30;
/** With a filter that the API does not know, this much is read by itself; more at a click. */
const READ_BY_ITSELF = 500;

interface TableProps {
  list: JobList;
  selected: Signal<ReadonlySet<string>>;
  /** Whether older pages are read as one comes to them, however far. */
  eager: boolean;
  onVisible: (ids: readonly string[]) => void;
}

/** The list of jobs; only the rows in and around the window are drawn. */
export function JobTable({ list, selected, eager, onVisible }: TableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const viewport = useViewport(body);
  const jobs = list.shown.value;
  const rows = visibleRows(jobs.length, ROW_HEIGHT, viewport.value);
  const drawn = jobs.slice(rows.first, rows.end);
  const cursor = list.loaded.value?.cursor;
  const loaded = list.loaded.value?.jobs.length ?? 0;
  useEffect(() => {
    onVisible(drawn.map(({ videoModelId }) => videoModelId));
    const isNear = cursor !== undefined && rows.end >= jobs.length - NEAR_THE_END;
    if (isNear && (eager || loaded < READ_BY_ITSELF)) void list.loadMore();
  }, [rows.first, rows.end, jobs, cursor]);
  const toggle = ({ videoModelId }: Job, isOn: boolean) => {
    const next = new Set(selected.value);
    if (isOn) next.add(videoModelId);
    else next.delete(videoModelId);
    selected.value = next;
  };
  return (
    <div class="table-frame">
      <table class="jobs" aria-rowcount={jobs.length + 1}>
        <caption class="hidden-text">Jobs, newest first</caption>
        <Columns />
        <Head jobs={jobs} selected={selected} />
        <tbody ref={body}>
          {rows.before > 0 && <Gap height={rows.before} />}
          {drawn.map((job, index) => (
            <JobRow
              key={job.videoModelId}
              job={job}
              index={rows.first + index}
              isSelected={selected.value.has(job.videoModelId)}
              onSelect={toggle}
            />
          ))}
          {rows.after > 0 && <Gap height={rows.after} />}
        </tbody>
      </table>
      {cursor !== undefined && (
        <div class="more">
          <Button disabled={list.isLoadingMore.value} onClick={() => void list.loadMore()}>
            {list.isLoadingMore.value ? "Reading older jobs" : "Older jobs"}
          </Button>
        </div>
      )}
    </div>
  );
}

function Columns() {
  return (
    <colgroup>
      {["select", "status", "video", "tags", "accepted", "updated", "kept", "credits"].map(
        (name) => (
          <col key={name} class={`col-${name}`} />
        ),
      )}
    </colgroup>
  );
}

interface HeadProps {
  jobs: readonly Job[];
  selected: Signal<ReadonlySet<string>>;
}

function Head({ jobs, selected }: HeadProps) {
  const isAll = jobs.length > 0 && jobs.every((job) => selected.value.has(job.videoModelId));
  return (
    <thead>
      <tr>
        <th scope="col" class="col-select">
          <input
            type="checkbox"
            aria-label={`Select all ${jobs.length} jobs that are loaded`}
            checked={isAll}
            onChange={() => {
              selected.value = new Set(isAll ? [] : jobs.map(({ videoModelId }) => videoModelId));
            }}
          />
        </th>
        <th scope="col">Status</th>
        <th scope="col">Video</th>
        <th scope="col" class="col-tags">
          Tags
        </th>
        <th scope="col">Accepted</th>
        <th scope="col" class="col-updated">
          Updated
        </th>
        <th scope="col" class="col-kept">
          At AKOOL
        </th>
        <th scope="col" class="col-credits number">
          Credits
        </th>
      </tr>
    </thead>
  );
}

/** The room of rows that are not drawn. */
function Gap({ height }: { height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: the row holds nothing that could have the focus
    <tr aria-hidden="true" class="gap">
      <td style={{ height: `${height}px` }} />
    </tr>
  );
}

/** How far the window is into the list; followed once a frame. */
function useViewport(body: { current: HTMLElement | null }) {
  const viewport = useSignal({ scrolled: 0, height: globalThis.innerHeight });
  useEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const next = { scrolled: -top, height: globalThis.innerHeight };
      const { value } = viewport;
      // A row's height is the least that changes what is drawn.
      if (
        next.height === value.height &&
        Math.floor(next.scrolled / ROW_HEIGHT) === Math.floor(value.scrolled / ROW_HEIGHT)
      ) {
        return;
      }
      viewport.value = next;
    };
    const later = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", later);
      removeEventListener("resize", later);
    };
  }, []);
  return viewport;
}
