import type { Job } from "@akool-archiver/client";
import { useSignal } from "@preact/signals";
import { count } from "../../logic/format.ts";
import { nameOf } from "../../logic/product.ts";
import { mayCancel, mayRetry } from "../../logic/status.ts";
import { api, messageOf } from "../../state/api.ts";
import { forEachItem } from "../../state/each.ts";
import type { JobList } from "../../state/job-list.ts";
import { pollNow } from "../../state/poll.ts";
import { tell } from "../../state/toasts.ts";
import { Button } from "../../ui/button.tsx";
import { StatusChip } from "../../ui/chip.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Foreign } from "../../ui/text.tsx";

export type BulkAction = "retry" | "cancel";

interface Words {
  readonly verb: string;
  readonly done: string;
  readonly explained: string;
  readonly skipped: string;
}

const WORDS: Readonly<Record<BulkAction, Words>> = {
  retry: {
    verb: "Retry",
    done: "begun again",
    explained:
      "Each is followed anew, and its video copied once AKOOL has it. This costs no credits.",
    skipped: "left alone: archived, or under way already",
  },
  cancel: {
    verb: "Stop following",
    done: "stopped",
    explained:
      "The archiver stops following them, and their videos are not kept. AKOOL has no call to cancel a generation: it goes on there, and is charged.",
    skipped: "left alone: they have ended",
  },
};

/** Jobs that the preview names; the others are counted. */
const NAMED = 8;

interface DialogProps {
  action: BulkAction;
  jobs: readonly Job[];
  list: JobList;
  onClose: (isDone: boolean) => void;
}

/** Shows what would be done, and to which jobs, before it is done. */
export function BulkDialog({ action, jobs, list, onClose }: DialogProps) {
  const done = useSignal<number | undefined>(undefined);
  const words = WORDS[action];
  const chosen = jobs.filter((job) => (action === "retry" ? mayRetry(job) : mayCancel(job.status)));
  const skipped = jobs.length - chosen.length;
  const act = async () => {
    done.value = 0;
    const outcomes = await forEachItem(
      chosen,
      async ({ videoModelId }) => {
        const call = action === "retry" ? api().retryJob : api().cancelJob;
        list.put(await call(videoModelId));
      },
      (many) => {
        done.value = many;
      },
    );
    report(words, outcomes);
    pollNow();
    onClose(true);
  };
  return (
    <Dialog
      title={`${words.verb}: ${count(chosen.length, "job")}`}
      onClose={() => onClose(false)}
      actions={
        <Button
          look={action === "cancel" ? "danger" : "primary"}
          disabled={done.value !== undefined}
          onClick={() => void act()}
        >
          {done.value === undefined
            ? `${words.verb} ${count(chosen.length, "job")}`
            : `${done.value} of ${chosen.length}`}
        </Button>
      }
    >
      <p>{words.explained}</p>
      <ul class="preview">
        {chosen.slice(0, NAMED).map((job) => (
          <li key={job.videoModelId}>
            <StatusChip status={job.status} />
            <Foreign text={nameOf(job) ?? job.videoModelId} clip />
          </li>
        ))}
      </ul>
      {chosen.length > NAMED && <p class="quiet">and {chosen.length - NAMED} more</p>}
      {skipped > 0 && (
        <p class="quiet">
          {count(skipped, "job")} {words.skipped}.
        </p>
      )}
    </Dialog>
  );
}

function report(words: Words, outcomes: readonly { item: Job; error?: unknown }[]): void {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  const done = outcomes.length - failed.length;
  if (done > 0) tell(`${count(done, "job")} ${words.done}`, "good");
  const [first] = failed;
  if (first === undefined) return;
  const others = failed.length > 1 ? `, and ${failed.length - 1} more` : "";
  tell(`${first.item.videoModelId}${others}: ${messageOf(first.error)}`, "bad");
}
