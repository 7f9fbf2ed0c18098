import type { Job } from "@akool-archiver/client";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { nameOf } from "../../logic/product.ts";
import { safeLink } from "../../logic/safe-link.ts";
import { api, messageOf } from "../../state/api.ts";
import { Button } from "../../ui/button.tsx";
import { Panel, Problem } from "../../ui/page.tsx";

/** Plays the video from the bucket, by a presigned link of its own. */
export function PlayerPanel({ job }: { job: Job }) {
  const link = useSignal<string | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const read = async () => {
    problem.value = undefined;
    try {
      const { url } = await api().getVideo(job.videoModelId, { disposition: "inline" });
      link.value = safeLink(url);
    } catch (error) {
      problem.value = messageOf(error);
    }
  };
  useEffect(() => {
    void read();
  }, [job.videoModelId, job.video?.archivedAt]);
  return (
    <Panel title="Video">
      {problem.value !== undefined && (
        <>
          <Problem text={problem.value} />
          <Button icon="retry" onClick={() => void read()}>
            Load it again
          </Button>
        </>
      )}
      <div class="player">
        {link.value !== undefined && problem.value === undefined && (
          // biome-ignore lint/a11y/useMediaCaption: AKOOL gives no captions apart from the subtitles
          <video
            controls
            preload="metadata"
            playsInline
            src={link.value}
            aria-label={nameOf(job) ?? "The archived video"}
            onError={() => {
              // Mostly a link that is over: they work for a while only.
              problem.value =
                "The browser cannot play it. The link may be over, or the format unknown";
            }}
          />
        )}
      </div>
    </Panel>
  );
}
