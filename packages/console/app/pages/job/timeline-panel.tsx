import type { Job } from "@akool-archiver/client";
import { duration } from "../../logic/format.ts";
import { type Stay, staysOf } from "../../logic/timeline.ts";
import { now } from "../../state/clock.ts";
import { StatusChip } from "../../ui/chip.tsx";
import { Panel } from "../../ui/page.tsx";
import { At, Since } from "../../ui/time.tsx";

export function TimelinePanel({ job }: { job: Job }) {
  const stays = staysOf(job, now.peek());
  const longest = Math.max(1, ...stays.map(({ lasted = 0 }) => lasted));
  return (
    <Panel title="Timeline">
      <ol class="timeline">
        {stays.map((stay) => (
          <StayLine key={`${stay.at} ${stay.status}`} stay={stay} longest={longest} />
        ))}
      </ol>
      {job.timelineOmitted !== undefined && (
        <p class="quiet">{job.timelineOmitted} changes in the middle are not kept any more.</p>
      )}
    </Panel>
  );
}

function StayLine({ stay, longest }: { stay: Stay; longest: number }) {
  const { at, status, attempt, reason, lasted, isCurrent, beginsAttempt } = stay;
  return (
    <li class="stay">
      {beginsAttempt && <p class="stay-attempt">Attempt {attempt}</p>}
      <div class="stay-line">
        <StatusChip status={status} />
        <span class="stay-at quiet">
          <At at={at} />
        </span>
        <span class="stay-lasted tabular">
          {isCurrent ? <Since at={at} /> : lasted !== undefined && duration(lasted)}
        </span>
      </div>
      {lasted !== undefined && (
        <div class="stay-bar" aria-hidden="true">
          <span style={{ width: `${Math.max(1, (lasted / longest) * 100)}%` }} />
        </div>
      )}
      {reason !== undefined && (
        <p class="stay-reason">
          <bdi>{reason}</bdi>
        </p>
      )}
    </li>
  );
}
