import type { Job } from "@akool-archiver/client";
import { number } from "../../logic/format.ts";
import { nameOf, promptOf } from "../../logic/product.ts";
import { addressOf } from "../../state/router.ts";
import { StatusChip } from "../../ui/chip.tsx";
import { memo } from "../../ui/memo.ts";
import { Code, Foreign } from "../../ui/text.tsx";
import { Ago, Until } from "../../ui/time.tsx";

interface RowProps {
  job: Job;
  /** From 0, in the whole list. */
  index: number;
  isSelected: boolean;
  onSelect: (job: Job, isOn: boolean) => void;
}

export const JobRow = memo(
  function JobRow({ job, index, isSelected, onSelect }: RowProps) {
    const { videoModelId, status } = job;
    const name = nameOf(job) ?? promptOf(job) ?? videoModelId;
    return (
      <tr aria-rowindex={index + 2} class={isSelected ? "row row-selected" : "row"}>
        <td class="col-select">
          <input
            type="checkbox"
            aria-label={`Select ${videoModelId}`}
            checked={isSelected}
            onChange={({ currentTarget }) => onSelect(job, currentTarget.checked)}
          />
        </td>
        <td>
          <StatusChip status={status} progress={job.progress} />
        </td>
        <td class="cell-video">
          <a class="row-link" href={addressOf("jobs", videoModelId)}>
            <Foreign text={name} clip />
          </a>
          <Code text={videoModelId} clip />
        </td>
        <td class="col-tags">
          <Tags tags={job.tags} />
        </td>
        <td class="when">
          <Ago at={job.acceptedAt} />
        </td>
        <td class="when col-updated">
          <Ago at={job.updatedAt} />
        </td>
        <td class="when col-kept">{kept(job)}</td>
        <td class="number col-credits">
          {job.creditsCharged === undefined ? "" : number(job.creditsCharged)}
        </td>
      </tr>
    );
  },
  (before, after) =>
    before.job === after.job &&
    before.index === after.index &&
    before.isSelected === after.isSelected,
);

function Tags({ tags }: { tags: Job["tags"] }) {
  const all = Object.entries(tags);
  const text = all.map(([name, value]) => `${name}:${value}`).join(", ");
  if (all.length === 0) return null;
  return (
    <span class="tags" title={text}>
      {all.slice(0, 3).map(([name, value]) => (
        <bdi key={name} class="tag">
          {name}:{value}
        </bdi>
      ))}
    </span>
  );
}

/** Until when AKOOL keeps what is not in the bucket. */
function kept({ status, videoExpiresAt }: Job) {
  if (status === "archived") return <span class="quiet">in the bucket</span>;
  if (["failed", "rejected", "not_found", "cancelled"].includes(status)) return null;
  if (status === "expired") return "deleted";
  return (
    <>
      deleted <Until at={videoExpiresAt} />
    </>
  );
}
