import type { Import } from "@akool-archiver/client";
import { useSignal } from "@preact/signals";
import { bytes, number } from "../logic/format.ts";
import { slugOf } from "../logic/runbook.ts";
import { safeLink } from "../logic/safe-link.ts";
import { api, isPassing, messageOf } from "../state/api.ts";
import { usePolling } from "../state/poll.ts";
import { addressOf } from "../state/router.ts";
import { Fact, Facts } from "../ui/field.tsx";
import { Page, Panel, Problem, Skeleton } from "../ui/page.tsx";
import { Code, Foreign } from "../ui/text.tsx";
import { Ago } from "../ui/time.tsx";
import { ImportChip } from "./imports/import-chip.tsx";

export function ImportPage({ id }: { id: string }) {
  const shown = useSignal<Import | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  usePolling(`import ${id}`, {
    async run(abort) {
      if (shown.value !== undefined && shown.value.state !== "running") return;
      try {
        shown.value = await api().getImport(id, { signal: abort });
        problem.value = undefined;
      } catch (error) {
        if (!isPassing(error) && !abort.aborted) problem.value = messageOf(error);
        throw error;
      }
    },
    isBusy: () => shown.value?.state === "running",
  });
  const { value } = shown;
  return (
    <Page title="Import">
      {problem.value !== undefined && <Problem text={problem.value} />}
      {value === undefined && problem.value === undefined && <Skeleton lines={6} />}
      {value !== undefined && <Known value={value} />}
    </Page>
  );
}

function Known({ value }: { value: Import }) {
  return (
    <>
      <div class="job-line">
        <a href="#/imports">All imports</a>
        <ImportChip state={value.state} />
        <Code text={value.importId} />
        <span class="quiet">
          begun <Ago at={value.startedAt} />
        </span>
      </div>
      {value.failure !== undefined && (
        <section class="advice" aria-label="What stands in the way">
          <p class="advice-why">
            <bdi>{value.failure.reason}</bdi>
          </p>
          <a href={addressOf("runbook", slugOf("An import that failed"))}>In the runbook</a>
        </section>
      )}
      {value.progress !== undefined && <Progress progress={value.progress} />}
      {value.outcomes !== undefined && (
        <Panel title="Outcomes">
          <Outcomes outcomes={value.outcomes} lines={value.lines} />
        </Panel>
      )}
      {value.report !== undefined && value.report.length > 0 && <Report files={value.report} />}
      <Panel title="Source">
        <Foreign text={`s3://${value.source.bucket}/${value.source.key}`} />
      </Panel>
    </>
  );
}

function Progress({ progress }: { progress: NonNullable<Import["progress"]> }) {
  const { total, done, failed, running, pending } = progress;
  const share = total === 0 ? 0 : (done + failed) / total;
  return (
    <Panel title="Progress">
      <div
        class="meter"
        role="progressbar"
        aria-label="Lines done"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done + failed}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <p class="quiet tabular">
        {number(done)} of {number(total)} lines done, {number(running)} under way, {number(pending)}{" "}
        waiting{failed > 0 && `, ${number(failed)} failed`}
      </p>
    </Panel>
  );
}

const OUTCOMES: Readonly<Record<keyof NonNullable<Import["outcomes"]>, string>> = {
  started: "Followed from now on",
  already_followed: "Followed already",
  archived: "In the bucket already",
  ended: "Ended before; left alone",
  malformed: "No job; see the report",
  not_started: "Could not be started",
};

interface OutcomesProps {
  outcomes: NonNullable<Import["outcomes"]>;
  lines: number | undefined;
}

function Outcomes({ outcomes, lines }: OutcomesProps) {
  const named = Object.entries(OUTCOMES) as [keyof typeof OUTCOMES, string][];
  return (
    <Facts>
      {lines !== undefined && <Fact name="Lines">{number(lines)}</Fact>}
      {named.map(([name, label]) => (
        <Fact key={name} name={label}>
          {number(outcomes[name])}
        </Fact>
      ))}
    </Facts>
  );
}

function Report({ files }: { files: NonNullable<Import["report"]> }) {
  return (
    <Panel title="Report, a line each">
      <ul class="faults">
        {files.map(({ key, bytes: size, url }) => {
          const link = safeLink(url);
          return (
            <li key={key} class="line">
              <span class="line-text">
                {link === undefined ? (
                  <Foreign text={key} />
                ) : (
                  <a href={link} rel="noreferrer" target="_blank">
                    <Foreign text={key} />
                  </a>
                )}
              </span>
              <span class="quiet tabular">{bytes(size)}</span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
