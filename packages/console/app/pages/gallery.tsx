import type { Job } from "@akool-archiver/client";
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { count, duration } from "../logic/format.ts";
import { nameOf } from "../logic/product.ts";
import { api, messageOf } from "../state/api.ts";
import { save } from "../state/job-actions.ts";
import { createJobList } from "../state/job-list.ts";
import { usePolling } from "../state/poll.ts";
import { addressOf } from "../state/router.ts";
import { tell } from "../state/toasts.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Page, Problem, Skeleton } from "../ui/page.tsx";
import { Foreign } from "../ui/text.tsx";
import { Ago } from "../ui/time.tsx";
import { FirstFrame } from "./gallery/first-frame.tsx";

/** Browsers take quick clicks on several links for one. */
const BETWEEN_DOWNLOADS_MS = 400;

export function GalleryPage() {
  const list = useMemo(() => createJobList({ status: "archived" }), []);
  const selected = useSignal<ReadonlySet<string>>(new Set());
  usePolling("gallery", { run: (abort) => list.refresh([], abort), isBusy: () => false });
  const jobs = list.shown.value;
  const isRead = list.loaded.value !== undefined;
  return (
    <Page
      title="Gallery"
      lead="The first frame of every video in the bucket, newest first."
      aside={<DownloadButton selected={selected.value} />}
    >
      {list.problem.value !== undefined && <Problem text={list.problem.value} />}
      {!isRead && list.problem.value === undefined && <Skeleton lines={8} />}
      {isRead && jobs.length === 0 && (
        <Empty title="No video is archived yet">
          Each appears here as soon as it is in the bucket. <a href="#/start">Add videos</a>
        </Empty>
      )}
      <ul class="gallery">
        {jobs.map((job) => (
          <Card
            key={job.videoModelId}
            job={job}
            isSelected={selected.value.has(job.videoModelId)}
            onSelect={(isOn) => {
              const next = new Set(selected.value);
              if (isOn) next.add(job.videoModelId);
              else next.delete(job.videoModelId);
              selected.value = next;
            }}
          />
        ))}
      </ul>
      {list.loaded.value?.cursor !== undefined && (
        <div class="more">
          <Button disabled={list.isLoadingMore.value} onClick={() => void list.loadMore()}>
            Older videos
          </Button>
        </div>
      )}
    </Page>
  );
}

interface CardProps {
  job: Job;
  isSelected: boolean;
  onSelect: (isOn: boolean) => void;
}

function Card({ job, isSelected, onSelect }: CardProps) {
  const { videoModelId, video } = job;
  const name = nameOf(job) ?? videoModelId;
  const seconds = video?.content?.durationSeconds;
  return (
    <li class={isSelected ? "card card-selected" : "card"}>
      <FirstFrame videoModelId={videoModelId} />
      <div class="card-text">
        <input
          type="checkbox"
          aria-label={`Select ${name}`}
          checked={isSelected}
          onChange={({ currentTarget }) => onSelect(currentTarget.checked)}
        />
        <a class="row-link" href={addressOf("jobs", videoModelId)}>
          <Foreign text={name} clip />
        </a>
        <span class="quiet tabular">
          {seconds !== undefined && `${duration(seconds * 1000)} · `}
          {video !== undefined && <Ago at={video.archivedAt} />}
        </span>
      </div>
    </li>
  );
}

function DownloadButton({ selected }: { selected: ReadonlySet<string> }) {
  const isBusy = useSignal(false);
  if (selected.size === 0) return null;
  const act = async () => {
    isBusy.value = true;
    for (const id of selected) {
      try {
        save((await api().getVideo(id, { disposition: "attachment" })).url);
        await new Promise((done) => setTimeout(done, BETWEEN_DOWNLOADS_MS));
      } catch (error) {
        tell(`${id}: ${messageOf(error)}`, "bad");
      }
    }
    isBusy.value = false;
  };
  return (
    <Button icon="download" look="primary" disabled={isBusy.value} onClick={() => void act()}>
      Download {count(selected.size, "video")}
    </Button>
  );
}
