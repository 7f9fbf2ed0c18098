import type { Job } from "@akool-archiver/client";
import { number } from "../../logic/format.ts";
import { productOf, promptOf } from "../../logic/product.ts";
import { isRunning } from "../../logic/status.ts";
import { followedBy } from "../../logic/timeline.ts";
import { Fact, Facts } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Foreign } from "../../ui/text.tsx";
import { Ago, At, Until } from "../../ui/time.tsx";

/** How the job is followed, what it has cost, and what its caller has said of it. */
export function FollowingPanel({ job }: { job: Job }) {
  const { lastObservation, creditsCharged, tags } = job;
  const product = productOf(job);
  const prompt = promptOf(job);
  return (
    <Panel title="Following">
      <Facts>
        <Fact name="Followed by">{followedBy(job)}</Fact>
        <Fact name="Accepted">
          <At at={job.acceptedAt} />
        </Fact>
        <Fact name="Updated">
          <Ago at={job.updatedAt} />
        </Fact>
        {lastObservation !== undefined && (
          <Fact name="Last poll saw">
            {lastObservation.kind.replaceAll("_", " ")}, <Ago at={lastObservation.at} />
          </Fact>
        )}
        {isRunning(job.status) && (
          <Fact name="Given up">
            <Until at={job.deadlineAt} />
          </Fact>
        )}
        <Fact name="Deleted at AKOOL">
          <Until at={job.videoExpiresAt} />
        </Fact>
        {creditsCharged !== undefined && (
          <Fact name="Credits charged">{number(creditsCharged)}</Fact>
        )}
        {product !== undefined && (
          <Fact name="Product">
            <a href={`#/jobs?${new URLSearchParams({ product })}`}>{product}</a>
          </Fact>
        )}
        {prompt !== undefined && (
          <Fact name="Prompt">
            <span class="prompt">
              <Foreign text={prompt} />
            </span>
          </Fact>
        )}
        {Object.entries(tags).map(([name, value]) => (
          <Fact key={name} name={`Tag ${name}`}>
            <a href={`#/jobs?${new URLSearchParams({ tag: `${name}:${value}` })}`}>
              <Foreign text={value === "" ? "(empty)" : value} />
            </a>
          </Fact>
        ))}
      </Facts>
    </Panel>
  );
}
