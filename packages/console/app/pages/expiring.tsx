import type { Job } from "@akool-archiver/client";
import { useSignal } from "@preact/signals";
import { type Expiring, expiringOf, inOrder, urgency } from "../logic/expiring.ts";
import { isStatus } from "../logic/status.ts";
import { api, isPassing, messageOf } from "../state/api.ts";
import { now } from "../state/clock.ts";
import { pollNow, usePolling } from "../state/poll.ts";
import { addressOf } from "../state/router.ts";
import { settings } from "../state/settings.ts";
import { readSummary, summary } from "../state/summary.ts";
import { tell } from "../state/toasts.ts";
import { Button } from "../ui/button.tsx";
import { Chip, StatusChip } from "../ui/chip.tsx";
import { Empty, Page, Problem, Skeleton } from "../ui/page.tsx";
import { Code, Foreign } from "../ui/text.tsx";
import { Until } from "../ui/time.tsx";

/** Where a video may exist at AKOOL and is not in the bucket. */
const UNARCHIVED = ["archive_failed", "completed", "timed_out"] as const;

export function ExpiringPage() {
  const own = useSignal<readonly Expiring[] | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  usePolling("expiring", {
    async run(abort) {
      try {
        await readSummary(abort);
        if (summary.value === "missing") own.value = await readJobs(abort);
        problem.value = undefined;
      } catch (error) {
        if (!isPassing(error) && !abort.aborted) problem.value = messageOf(error);
        throw error;
      }
    },
    isBusy: () => false,
  });
  const told = summary.value === "missing" ? own.value : summary.value?.expiring;
  return (
    <Page
      title="Expiring"
      lead="AKOOL deletes a video 7 days after it is made. First those that are not in the bucket, then those that lack a file beside the video; the most urgent first."
    >
      {problem.value !== undefined && <Problem text={problem.value} />}
      {told === undefined && problem.value === undefined && <Skeleton lines={6} />}
      {told?.length === 0 && (
        <Empty title="Nothing is at risk">
          Every video that AKOOL has is in the bucket, or is being copied into it.
        </Empty>
      )}
      <ol class="expiring">
        {inOrder(told ?? []).map((item) => (
          <Line key={`${item.videoModelId} ${item.missing}`} item={item} />
        ))}
      </ol>
    </Page>
  );
}

async function readJobs(abort: AbortSignal): Promise<Expiring[]> {
  const pages = await Promise.all(
    UNARCHIVED.map((status) => api().listJobs({ status, limit: 100 }, { signal: abort })),
  );
  return expiringOf(
    pages.flatMap(({ jobs }): Job[] => jobs),
    Date.now(),
  );
}

function Line({ item }: { item: Expiring }) {
  const { videoModelId, status, videoExpiresAt, reason, missing } = item;
  const mayRetry = missing === "video" && (status === "archive_failed" || status === "timed_out");
  const retry = async () => {
    try {
      await api().retryJob(videoModelId);
      tell(`${videoModelId} is followed again`, "good");
      pollNow();
    } catch (error) {
      tell(messageOf(error), "bad");
    }
  };
  return (
    <li class="line">
      <span class={`countdown countdown-${urgency(videoExpiresAt, now.value)}`}>
        <Until at={videoExpiresAt} />
      </span>
      <span class="line-text">
        <a class="row-link" href={addressOf("jobs", videoModelId)}>
          <Code text={videoModelId} />
        </a>
        {reason !== undefined && <Foreign text={reason} />}
      </span>
      {missing !== "video" && <Chip tone="waiting" label={`${missing} missing`} />}
      {isStatus(status) && <StatusChip status={status} />}
      {mayRetry && settings.value?.readOnly !== true && (
        <Button icon="retry" label={`Retry ${videoModelId}`} onClick={() => void retry()}>
          Retry
        </Button>
      )}
    </li>
  );
}
