import type { Job } from "@akool-archiver/client";
import { useSignal } from "@preact/signals";
import { mayCancel } from "../../logic/status.ts";
import { cancel, download, retry } from "../../state/job-actions.ts";
import { settings } from "../../state/settings.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";

interface ActionsProps {
  job: Job;
  onJob: (job: Job) => void;
}

export function JobActions({ job, onJob }: ActionsProps) {
  const asks = useSignal(false);
  if (job.status === "archived") {
    return (
      <Button look="primary" icon="download" onClick={() => void download(job.videoModelId)}>
        Download
      </Button>
    );
  }
  if (settings.value?.readOnly === true) return null;
  return (
    <>
      {mayCancel(job.status) && (
        <Button
          icon="cancel"
          onClick={() => {
            asks.value = true;
          }}
        >
          Stop following
        </Button>
      )}
      {asks.value && (
        <CancelDialog
          job={job}
          onJob={onJob}
          onClose={() => {
            asks.value = false;
          }}
        />
      )}
    </>
  );
}

/** The one button of a job in trouble: every job that may be retried is one. */
export function RetryButton({ job, onJob }: ActionsProps) {
  const isBusy = useSignal(false);
  const act = async () => {
    isBusy.value = true;
    const next = await retry(job);
    isBusy.value = false;
    if (next !== undefined) onJob(next);
  };
  return (
    <Button icon="retry" look="primary" disabled={isBusy.value} onClick={() => void act()}>
      Retry
    </Button>
  );
}

function CancelDialog({ job, onJob, onClose }: ActionsProps & { onClose: () => void }) {
  const act = async () => {
    const next = await cancel(job);
    if (next !== undefined) onJob(next);
    onClose();
  };
  return (
    <Dialog
      title="Stop following this video?"
      leave="Go on following"
      onClose={onClose}
      actions={
        <Button look="danger" onClick={() => void act()}>
          Stop following
        </Button>
      }
    >
      <p>
        Its video is then not copied into the bucket. AKOOL has no call to cancel a generation: it
        goes on there, and is charged.
      </p>
    </Dialog>
  );
}
