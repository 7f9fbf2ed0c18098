import type { Job } from "@akool-archiver/client";
import { factsOf } from "../../logic/facts.ts";
import { bytes } from "../../logic/format.ts";
import { CopyButton } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { Fact, Facts } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Code, Foreign } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";

/** What the file is, against what was asked for. */
export function FactsPanel({ job }: { job: Job }) {
  if (job.video === undefined) return null;
  const facts = factsOf(job.video);
  const doubts = job.video.doubts ?? [];
  return (
    <Panel title="The file">
      <Facts>
        {facts.map(({ property, found, expected, agrees }) => (
          <Fact key={`${property} ${found}`} name={property}>
            <Foreign text={found} />
            {expected !== undefined && (
              <span class="expected">
                {agrees ? (
                  <Chip tone="good" label="agrees" />
                ) : (
                  <Chip tone="warning" label="differs" />
                )}
                <span class="quiet">
                  <Foreign text={expected} />
                </span>
              </span>
            )}
          </Fact>
        ))}
      </Facts>
      {doubts.map((doubt) => (
        <p key={doubt} class="note note-warning">
          <bdi>{doubt}</bdi>
        </p>
      ))}
    </Panel>
  );
}

/** Where the video lies, and whether it is whole. */
export function StoragePanel({ job: { video, doubtful } }: { job: Job }) {
  return (
    <>
      {video !== undefined && (
        <Panel title="In the bucket">
          <Stored file={video} name="Archived" at={video.archivedAt} />
        </Panel>
      )}
      {doubtful !== undefined && (
        <Panel title="Kept of a file that is not whole">
          <Stored file={doubtful} name="Kept" at={doubtful.keptAt} />
        </Panel>
      )}
    </>
  );
}

interface StoredProps {
  file: Omit<NonNullable<Job["video"]>, "archivedAt">;
  name: string;
  at: string;
}

function Stored({ file, name, at }: StoredProps) {
  const place = `s3://${file.bucket}/${file.key}`;
  return (
    <Facts>
      <Fact name="Place">
        <Code text={place} /> <CopyButton text={place} what="the place" />
      </Fact>
      <Fact name={name}>
        <At at={at} />
      </Fact>
      <Fact name="Size">{bytes(file.bytes)}</Fact>
      <Fact name="Type">
        <Foreign text={file.contentType} />
      </Fact>
      <Fact name="Checksum">
        <Code text={file.checksum} />
      </Fact>
    </Facts>
  );
}
