import type { Submission, Summary } from "@akool-archiver/client";
import { useSignal } from "@preact/signals";
import { count } from "../logic/format.ts";
import { slugOf } from "../logic/runbook.ts";
import { STATUSES } from "../logic/status.ts";
import { api, isMissingRoute, isPassing, messageOf } from "../state/api.ts";
import { usePolling } from "../state/poll.ts";
import { addressOf } from "../state/router.ts";
import { knownSummary, readSummary, summary } from "../state/summary.ts";
import { CopyButton } from "../ui/button.tsx";
import { Empty, MissingRoute, Page, Panel, Problem, Skeleton } from "../ui/page.tsx";
import { Code, Foreign } from "../ui/text.tsx";
import { SubmissionCard } from "./needs/submission-card.tsx";

export function NeedsYouPage() {
  const submissions = useSignal<readonly Submission[] | "missing" | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const read = async (abort?: AbortSignal) => {
    submissions.value = await unknownSubmissions(abort);
  };
  usePolling("needs you", {
    async run(abort) {
      try {
        await Promise.all([read(abort), readSummary(abort)]);
        problem.value = undefined;
      } catch (error) {
        if (!isPassing(error) && !abort.aborted) problem.value = messageOf(error);
        throw error;
      }
    },
    isBusy: () => false,
  });
  const all = knownSummary();
  return (
    <Page title="Needs you" lead="What goes on only when a person has decided or mended something.">
      {problem.value !== undefined && <Problem text={problem.value} />}
      <Panel title="Submissions of unknown outcome">
        <Submissions submissions={submissions.value} onSettled={() => void read()} />
      </Panel>
      <Panel title="Faults that a person mends">
        {summary.value === "missing" && <MissingRoute what="faults of the account and of others" />}
        {summary.value === undefined && <Skeleton lines={2} />}
        {all !== undefined && <Faults all={all} />}
      </Panel>
      <Panel title="Jobs that do not go on by themselves">
        <EndedJobs counts={all?.counts ?? {}} />
      </Panel>
      <Panel title="Dead letters">
        <DeadLetters />
      </Panel>
    </Page>
  );
}

async function unknownSubmissions(abort?: AbortSignal) {
  try {
    const query = { state: "submit_unknown", limit: 100 } as const;
    return (await api().listCharacterSwaps(query, { ...(abort && { signal: abort }) })).submissions;
  } catch (error) {
    if (isMissingRoute(error)) return "missing" as const;
    throw error;
  }
}

interface SubmissionsProps {
  submissions: readonly Submission[] | "missing" | undefined;
  onSettled: () => void;
}

function Submissions({ submissions, onSettled }: SubmissionsProps) {
  if (submissions === undefined) return <Skeleton lines={2} />;
  if (submissions === "missing") return <MissingRoute what="submissions of unknown outcome" />;
  if (submissions.length === 0) {
    return (
      <Empty title="None">
        A billable request to AKOOL whose answer was lost is shown here, to be settled by hand.
      </Empty>
    );
  }
  return (
    <ul class="submissions">
      {submissions.map((submission) => (
        <SubmissionCard
          key={submission.idempotencyKey}
          submission={submission}
          onSettled={onSettled}
        />
      ))}
    </ul>
  );
}

/** What each kind is called, and its heading in the runbook. */
const KINDS: Readonly<Record<string, { label: string; runbook: string }>> = {
  submission_unknown: {
    label: "Submissions of unknown outcome",
    runbook: "Settling a submission",
  },
  expiring: { label: "Files that AKOOL deletes soon", runbook: "A video that expires soon" },
};

function Faults({ all }: { all: Summary }) {
  const faults = all.needsPerson.filter((fault) => fault.count > 0);
  const companions = all.expiring.filter(({ missing }) => missing === "companions");
  if (faults.length === 0 && companions.length === 0) return <Empty title="None" />;
  return (
    <ul class="faults">
      {faults.map((fault) => (
        <FaultLine key={fault.kind} fault={fault} />
      ))}
      {companions.map(({ videoModelId, reason }) => (
        <li key={videoModelId} class="line">
          <span class="line-text">
            <a href={addressOf("jobs", videoModelId)}>Companions missing</a>
            <Code text={videoModelId} />
            {reason !== undefined && <Foreign text={reason} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

function FaultLine({ fault }: { fault: Summary["needsPerson"][number] }) {
  const { kind, count: many, detail } = fault;
  const known = KINDS[kind];
  return (
    <li class="line">
      <strong class="tabular">{many}</strong>
      <span class="line-text">
        <Foreign text={known?.label ?? kind.replaceAll("_", " ")} />
        <span class="quiet">
          <Foreign text={detail} />
        </span>
      </span>
      {known !== undefined && (
        <a href={addressOf("runbook", slugOf(known.runbook))}>In the runbook</a>
      )}
    </li>
  );
}

const FOR_A_PERSON = ["archive_failed", "timed_out", "rejected", "not_found"] as const;

/** All of them while nobody has counted; then those that there are. */
function EndedJobs({ counts }: { counts: Readonly<Record<string, number>> }) {
  const shown = FOR_A_PERSON.filter((status) => counts[status] !== 0);
  if (shown.length === 0) return <Empty title="None" />;
  return (
    <ul class="faults">
      {shown.map((status) => {
        const many = counts[status];
        return (
          <li key={status} class="line">
            {many !== undefined && <strong class="tabular">{many}</strong>}
            <span class="line-text">
              <a href={`#/jobs?status=${status}`}>
                {STATUSES[status].label}
                {many !== undefined && <span class="hidden-text">: {count(many, "job")}</span>}
              </a>
              <span class="quiet">{STATUSES[status].meaning}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const COMMAND = "npx akool-archiver dead-letters list";

/** The queue is behind no route of the API: the command reads it, with the person's own credentials. */
function DeadLetters() {
  return (
    <div class="line">
      <span class="line-text">
        <span>
          What could not be delivered lies in the queue of a deployed stack. It is read by
        </span>
        <Code text={COMMAND} />
      </span>
      <CopyButton text={COMMAND} what="the command" />
      <a href={addressOf("runbook", slugOf("The dead-letter queue"))}>In the runbook</a>
    </div>
  );
}
