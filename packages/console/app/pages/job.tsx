import type { Job } from "@akool-archiver/client";
import { ArchiverProblem } from "@akool-archiver/client";
import { type Signal, useSignal } from "@preact/signals";
import { adviceFor } from "../logic/advice.ts";
import { nameOf } from "../logic/product.ts";
import { isRunning } from "../logic/status.ts";
import { api, isPassing, messageOf } from "../state/api.ts";
import { usePolling } from "../state/poll.ts";
import { CopyButton } from "../ui/button.tsx";
import { StatusChip } from "../ui/chip.tsx";
import { Empty, Page, Problem, Skeleton } from "../ui/page.tsx";
import { Code } from "../ui/text.tsx";
import { JobActions } from "./job/actions.tsx";
import { AdvicePanel } from "./job/advice-panel.tsx";
import { AnswerPanel } from "./job/answer-panel.tsx";
import { CompanionsPanel } from "./job/companions-panel.tsx";
import { FactsPanel, StoragePanel } from "./job/file-panels.tsx";
import { FollowingPanel } from "./job/following-panel.tsx";
import { PlayerPanel } from "./job/player-panel.tsx";
import { TimelinePanel } from "./job/timeline-panel.tsx";

export function JobPage({ id }: { id: string }) {
  const job = useSignal<Job | undefined>(undefined);
  const problem = useSignal<{ text: string; isUnknown: boolean } | undefined>(undefined);
  usePolling(`job ${id}`, {
    async run(abort) {
      try {
        job.value = await api().getJob(id, { signal: abort });
        problem.value = undefined;
      } catch (error) {
        if (!isPassing(error) && !abort.aborted) {
          const isUnknown = error instanceof ArchiverProblem && error.status < 500;
          problem.value = { text: messageOf(error), isUnknown };
        }
        throw error;
      }
    },
    isBusy: () => job.value !== undefined && isRunning(job.value.status),
  });
  if (job.value !== undefined) return <KnownJob job={job} current={job.value} />;
  if (problem.value === undefined) {
    return (
      <Page title="Job">
        <Skeleton lines={10} />
      </Page>
    );
  }
  return (
    <Page title="Job">
      <Problem text={problem.value.text} />
      {problem.value.isUnknown && (
        <Empty title="The archiver does not follow this video">
          <a href="#/start">Have it followed</a>
        </Empty>
      )}
    </Page>
  );
}

function KnownJob({ job, current }: { job: Signal<Job | undefined>; current: Job }) {
  const { videoModelId } = current;
  const advice = adviceFor(current);
  const put = (next: Job) => {
    job.value = next;
  };
  return (
    <Page title={nameOf(current) ?? videoModelId} aside={<JobActions job={current} onJob={put} />}>
      <div class="job-line">
        <a href="#/jobs">All jobs</a>
        <StatusChip status={current.status} progress={current.progress} />
        <Code text={videoModelId} />
        <CopyButton text={videoModelId} what="the id" />
      </div>
      {advice !== undefined && <AdvicePanel advice={advice} job={current} onJob={put} />}
      <div class="job-columns">
        <div class="job-main">
          {current.video !== undefined && <PlayerPanel job={current} />}
          <TimelinePanel job={current} />
          <CompanionsPanel job={current} />
          <AnswerPanel job={current} />
        </div>
        <div class="job-side">
          <FollowingPanel job={current} />
          <FactsPanel job={current} />
          <StoragePanel job={current} />
        </div>
      </div>
    </Page>
  );
}
