import type { Job } from "@akool-archiver/client";
import { type Signal, useSignal } from "@preact/signals";
import { count } from "../../logic/format.ts";
import { mayCancel, mayRetry } from "../../logic/status.ts";
import type { JobList } from "../../state/job-list.ts";
import { settings } from "../../state/settings.ts";
import { Button } from "../../ui/button.tsx";
import { type BulkAction, BulkDialog } from "./bulk-dialog.tsx";

interface BarProps {
  list: JobList;
  selected: Signal<ReadonlySet<string>>;
}

/** What can be done with all selected jobs at once. */
export function BulkBar({ list, selected }: BarProps) {
  const action = useSignal<BulkAction | undefined>(undefined);
  const jobs = list.shown.value.filter(({ videoModelId }) => selected.value.has(videoModelId));
  if (jobs.length === 0) return null;
  const clear = () => {
    selected.value = new Set();
  };
  const isReadOnly = settings.value?.readOnly === true;
  const may = (test: (job: Job) => boolean) => !isReadOnly && jobs.some(test);
  return (
    <section class="bulk" aria-label="Selected jobs">
      <span class="tabular">{count(jobs.length, "job")} selected</span>
      <Button
        icon="retry"
        disabled={!may(mayRetry)}
        onClick={() => {
          action.value = "retry";
        }}
      >
        Retry
      </Button>
      <Button
        icon="cancel"
        disabled={!may(({ status }) => mayCancel(status))}
        onClick={() => {
          action.value = "cancel";
        }}
      >
        Stop following
      </Button>
      <Button look="quiet" onClick={clear}>
        Clear
      </Button>
      {action.value !== undefined && (
        <BulkDialog
          action={action.value}
          jobs={jobs}
          list={list}
          onClose={(isDone) => {
            action.value = undefined;
            if (isDone) clear();
          }}
        />
      )}
    </section>
  );
}
