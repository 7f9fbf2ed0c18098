import type { Ledger, Summary } from "@akool-archiver/client";
import { useSignal } from "@preact/signals";
import { number } from "../logic/format.ts";
import { everyDay, latestDays } from "../logic/spend.ts";
import { api, isMissingRoute, isPassing, messageOf } from "../state/api.ts";
import { usePolling } from "../state/poll.ts";
import { replaceAddress, route } from "../state/router.ts";
import { knownSummary } from "../state/summary.ts";
import { Field } from "../ui/field.tsx";
import { Empty, MissingRoute, Page, Panel, Problem, Skeleton } from "../ui/page.tsx";
import { Ago, Until } from "../ui/time.tsx";
import { SpendChart } from "./spend/chart.tsx";
import { SpendTable } from "./spend/table.tsx";

const RANGES = [7, 30, 90] as const;

interface Query {
  readonly days: number;
  readonly groupBy: string;
}

function readQuery(query: URLSearchParams): Query {
  const days = Number(query.get("days"));
  const groupBy = query.get("by") ?? "day";
  return {
    days: RANGES.find((range) => range === days) ?? 30,
    groupBy: groupBy === "product" || /^tag:[^:]{1,128}$/.test(groupBy) ? groupBy : "day",
  };
}

function show({ days, groupBy }: Query): void {
  replaceAddress(`#/spend?${new URLSearchParams({ days: String(days), by: groupBy })}`);
}

export function SpendPage() {
  const query = readQuery(route.value.query);
  const key = `${query.days} ${query.groupBy}`;
  const ledger = useSignal<{ key: string; ledger: Ledger } | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isMissing = useSignal(false);
  usePolling(`ledger ${key}`, {
    async run(abort) {
      if (isMissing.value) return;
      try {
        const range = latestDays(query.days, Date.now());
        const read = await api().getLedger({ ...range, groupBy: query.groupBy }, { signal: abort });
        ledger.value = { key, ledger: read };
        problem.value = undefined;
      } catch (error) {
        if (isMissingRoute(error)) isMissing.value = true;
        else if (!isPassing(error) && !abort.aborted) problem.value = messageOf(error);
        if (!isMissing.value) throw error;
      }
    },
    isBusy: () => false,
  });
  const shown = ledger.value?.key === key ? ledger.value.ledger : undefined;
  return (
    <Page title="Spend" lead="What AKOOL has charged, and what has become of it.">
      <Choice query={query} />
      <Budget budget={knownSummary()?.budget} />
      <Balance balance={knownSummary()?.balance} />
      {isMissing.value && <MissingRoute what="what was spent" />}
      {problem.value !== undefined && <Problem text={problem.value} />}
      {shown === undefined && !isMissing.value && problem.value === undefined && (
        <Skeleton lines={8} />
      )}
      {shown !== undefined && <Shown ledger={shown} groupBy={query.groupBy} />}
    </Page>
  );
}

function Shown({ ledger, groupBy }: { ledger: Ledger; groupBy: string }) {
  if (ledger.rows.length === 0) {
    return (
      <Empty title="No job in these days">
        Credits are counted once AKOOL has told them, in the answer to a poll or in a webhook.
      </Empty>
    );
  }
  const isByDay = groupBy === "day";
  const rows = isByDay ? everyDay(ledger.rows, ledger.from, ledger.to) : ledger.rows;
  return (
    <div class="spend">
      <Panel title={isByDay ? "Credits a day" : "Credits"}>
        <SpendChart rows={rows} isByDay={isByDay} />
      </Panel>
      <Panel title="The same in numbers">
        <SpendTable rows={ledger.rows} total={ledger.total} groupBy={groupBy} />
      </Panel>
      {ledger.missingUntil !== undefined && (
        <p class="note">
          AKOOL deletes the first of the missing files <Until at={ledger.missingUntil} />.
        </p>
      )}
      {ledger.uncountedSince !== undefined && (
        <p class="note">
          What has ended since then is not all counted yet: <Ago at={ledger.uncountedSince} />.
        </p>
      )}
    </div>
  );
}

function Choice({ query }: { query: Query }) {
  const tag = query.groupBy.startsWith("tag:") ? query.groupBy.slice(4) : "";
  const kind = tag === "" ? query.groupBy : "tag";
  return (
    <form class="filters" aria-label="What to count" onSubmit={(event) => event.preventDefault()}>
      <Field label="Days">
        <select
          value={String(query.days)}
          onChange={({ currentTarget }) => show({ ...query, days: Number(currentTarget.value) })}
        >
          {RANGES.map((days) => (
            <option key={days} value={String(days)}>
              Last {days} days
            </option>
          ))}
        </select>
      </Field>
      <Field label="By">
        <select
          value={kind}
          onChange={({ currentTarget: { value } }) =>
            show({ ...query, groupBy: value === "tag" ? "tag:team" : value })
          }
        >
          <option value="day">Day</option>
          <option value="product">Product</option>
          <option value="tag">Tag</option>
        </select>
      </Field>
      {kind === "tag" && (
        <Field label="Name of the tag">
          <input
            type="search"
            value={tag}
            autocomplete="off"
            onChange={({ currentTarget: { value } }) => {
              if (value.trim() !== "") show({ ...query, groupBy: `tag:${value.trim()}` });
            }}
          />
        </Field>
      )}
    </form>
  );
}

function Budget({ budget }: { budget: Summary["budget"] }) {
  if (budget === undefined) return null;
  const { period, limit, spent, share } = budget;
  const isOver = share >= 1;
  return (
    <Panel title="Budget">
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> takes no colours of ours in every browser */}
      <div
        class={isOver ? "meter meter-bad" : "meter"}
        role="meter"
        aria-label="Spent of the budget"
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(spent, limit)}
        aria-valuetext={`${number(spent)} of ${number(limit)} credits`}
      >
        <span style={{ width: `${Math.min(1, share) * 100}%` }} />
      </div>
      <p class="quiet tabular">
        {number(spent)} of {number(limit)} credits of {period} ({Math.round(share * 100)} %)
        {isOver && ": the budget is used up"}
      </p>
    </Panel>
  );
}

function Balance({ balance }: { balance: Summary["balance"] }) {
  if (balance === undefined) return null;
  return (
    <p class="note">
      {number(balance.credits)} credits are left at AKOOL, as it said <Ago at={balance.at} />.
    </p>
  );
}
