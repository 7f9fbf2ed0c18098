import type { Job } from "@akool-archiver/client";
import { bytes } from "../../logic/format.ts";
import { downloadCompanion } from "../../state/job-actions.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { Panel } from "../../ui/page.tsx";
import { Code, Foreign } from "../../ui/text.tsx";

const ROLES: Readonly<Record<string, string>> = {
  original_srt: "Subtitles, original",
  translated_srt: "Subtitles, translated",
  no_caption_video: "Video without captions",
};

const STATES: Readonly<Record<string, { tone: "good" | "waiting" | "bad"; label: string }>> = {
  archived: { tone: "good", label: "Archived" },
  pending: { tone: "waiting", label: "Pending" },
  failed: { tone: "bad", label: "Failed" },
};

/** The files that AKOOL makes beside the video. */
export function CompanionsPanel({ job }: { job: Job }) {
  const companions = job.companions ?? [];
  if (companions.length === 0) return null;
  return (
    <Panel title="Companions">
      <ul class="companions">
        {companions.map(({ role, state, key, bytes: size, reason }) => (
          <li key={role}>
            <Chip {...(STATES[state] ?? { tone: "waiting", label: state })} />
            <span class="companion-name">
              {ROLES[role] ?? role}
              {size !== undefined && <span class="quiet"> {bytes(size)}</span>}
              {key !== undefined && <Code text={key} clip />}
              {reason !== undefined && <Foreign text={reason} />}
            </span>
            {state === "archived" && (
              <Button
                icon="download"
                label={`Download: ${ROLES[role] ?? role}`}
                onClick={() => void downloadCompanion(job.videoModelId, role)}
              >
                Download
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
