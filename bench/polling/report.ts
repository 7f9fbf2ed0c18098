import { PRICES } from "./prices.ts";
import type { Comparison, Result } from "./result.ts";

/** The page of the results. */
export function report(results: readonly Result[], interpreted: number): string {
  return [
    "# Polling: what it costs, and how late the end is noticed",
    "",
    "Made by `npm run bench -- polling`; the raw figures are in [polling.json](../../bench/results/polling.json). Time is simulated and every random number is seeded, so the machine and its load have no part in the figures: a run on any machine gives the same ones.",
    "",
    "![Dollars for 1,000 jobs against the mean delay, one panel a distribution](polling.svg)",
    "",
    "Both axes are logarithmic; below and left is better.",
    "",
    "## What is compared",
    "",
    "- **AWS job poller**: the loop of AWS's sample (Submit Job, Wait, Get Job Status, Job Complete?, Get Final Job Status) with a fixed wait of 30 s or 10 s; **exponential back-off** is the same loop, its wait doubling from 5 s to 300 s. It records, publishes and archives nothing.",
    "- **fixed, here**: this workflow, with both bounds of the wait set to 30 s or 10 s. It polls once at the start, publishes every change and archives, as do all that follow.",
    "- **schedule v1**, **schedule v2**: this workflow with the default bounds (5 s, 300 s). v2 has observed 200 jobs. Its default is the mean delay of v1; besides, it is given the delay at which it comes out as late as a fixed wait.",
    "- **webhook**: AKOOL calls at `processing` and at the end, without delay (an assumption: AKOOL does not say how prompt it is).",
    "- **clairvoyant**: polls in the first whole second after the end.",
    "",
    "All distributions are synthetic, since AKOOL publishes none (`bench/polling/distributions.ts`). A job is queueing for the first quarter of its time. 2,000 jobs each: twenty times 100, each time after 200 others were observed; the drifting ones in a row, each after those before it.",
    "",
    `Transitions are not from a formula alone: ${interpreted.toLocaleString("en")} jobs (4 of each distribution under each strategy) were also run by the interpreter of Amazon States Language on a virtual clock, with the synthesized definition (or AWS's) and the code of CheckStatus, counting its log. Polls and transitions agree exactly, and delays to the millisecond, on every one of them; the benchmark fails if they do not.`,
    "",
    `Dollars: state transitions ($${PRICES.transition * 1_000} per 1,000) and Lambda invocations that poll or take a webhook ($${PRICES.lambdaRequest * 1_000_000} per million and 0.25 GB × 0.5 s, assumed, at $${PRICES.lambdaGigabyteSecond} per GB-s); ${PRICES.region}, no free tier, the prices of [costs.md](../costs.md).`,
    "",
    "## Against fixed waits and the optimum",
    "",
    "At the same mean delay. *Ratio*: polls of v2 to those of the fixed wait in this workflow, both with the poll at the start. *To AWS*: the same against AWS's job poller, which has no poll at the start. *Optimum*: the fewest polls that any schedule can have at that delay if it knows the true distribution, by dynamic programming (`bench/polling/optimum.ts`); the poll at the start, which is none of its choice, is not counted in it nor in *to optimum*. *Best to AWS*: the optimum and that poll, to AWS's polls: no schedule of this workflow could have less.",
    "",
    ...comparisonTable(results),
    "",
    "Where *to AWS* is above *ratio*, it is the poll at the start: it claims the job and finds a wrong id, and on short jobs it is a large part of all polls. On drifting durations v2 is behind by what its memory (300 jobs, or a day) has not forgotten yet, while the optimum knows each moment's distribution. A third of that memory would bring it to 1.09 to 1.11 there (two seeds, against 1.14 to 1.18), and long jobs to 1.08 to 1.11 (against 1.07 to 1.09): what is forgotten sooner is known less well, so that no one memory is within 1.10 everywhere. Where nothing can be learned (memoryless), v2 pays for its jitter and for the noise of 200 jobs. At the delay of a fixed 10 s the optimum is further away: it knows no lower bound of 5 s, as v2 does, and no noise.",
    "",
    ...results.flatMap(resultSection),
  ].join("\n");
}

function comparisonTable(results: readonly Result[]): string[] {
  return [
    "| distribution | fixed | its polls | v2's polls | ratio | optimum | to optimum | to AWS | best to AWS |",
    "|---|---|---|---|---|---|---|---|---|",
    ...results.flatMap(({ name, comparisons }) => comparisons.map((it) => comparisonRow(name, it))),
  ];
}

function comparisonRow(name: string, it: Comparison): string {
  return cells([
    name,
    `${it.fixedSeconds} s`,
    it.fixedPolls.toFixed(2),
    it.polls.toFixed(2),
    it.ratio.toFixed(2),
    it.optimum.toFixed(2),
    it.optimumRatio.toFixed(2),
    it.jobPollerRatio.toFixed(2),
    ((1 + it.optimum) / (it.polls / it.jobPollerRatio)).toFixed(2),
  ]);
}

function resultSection({ name, description, rows }: Result): string[] {
  return [
    `## ${name}`,
    "",
    `${description}.`,
    "",
    "| strategy | polls | transitions | $ for 1,000 jobs | delay, mean | p95 |",
    "|---|---|---|---|---|---|",
    ...rows.map((row) =>
      cells([
        row.name,
        row.polls.toFixed(1),
        row.transitions.toFixed(1),
        row.dollarsPerThousand.toFixed(2),
        `${row.delaySeconds.toFixed(1)} s`,
        `${row.delayP95Seconds.toFixed(1)} s`,
      ]),
    ),
    "",
  ];
}

function cells(values: readonly string[]): string {
  return `| ${values.join(" | ")} |`;
}
