import {
  bottleneck,
  jobsADay,
  needed,
  polledJob,
  pollsASecond,
  QUOTAS,
  type Region,
  webhookJob,
} from "./capacity-model.ts";

const JOBS = [polledJob(), webhookJob()];
const REGIONS: readonly Region[] = ["large", "other"];
const STEPS = [100_000, 1_000_000, 10_000_000];

/** The tables of `docs/capacity.md`, as they must stand there. */
export function capacityTables(): string[] {
  return [profiles(), ceilings(), needs()];
}

function profiles(): string {
  return table(
    ["a job", "polls", "transitions", "seconds of Lambda", "seconds open"],
    JOBS.map((job) => [job.name, job.polls, job.transitions, job.lambdaSeconds, job.seconds]),
  );
}

function ceilings(): string {
  const columns = JOBS.flatMap((job) => REGIONS.map((region) => ({ job, region })));
  return table(
    ["quota", ...columns.map(({ job, region }) => `${job.name}, ${region}`), "more by"],
    QUOTAS.map((quota) => [
      quota.name,
      ...columns.map(({ job, region }) => {
        const jobs = millions(jobsADay(quota, job, region));
        return bottleneck(job, region) === quota ? `**${jobs}**` : jobs;
      }),
      quota.raise,
    ]),
  );
}

function needs(): string {
  const columns = JOBS.flatMap((job) => STEPS.map((jobs) => ({ job, jobs })));
  const names = columns.map(({ job, jobs }) => `${job.name}, ${millions(jobs)}`);
  const rows = QUOTAS.map((quota) => [
    quota.name,
    ...columns.map(({ job, jobs }) => {
      const value = needed(quota, job, jobs);
      return value > quota.large ? `**${rounded(value)}**` : rounded(value);
    }),
  ]);
  const akool = [
    "polls of AKOOL",
    ...columns.map(({ job, jobs }) => rounded(pollsASecond(job, jobs))),
  ];
  return table(["a second", ...names], [...rows, akool]);
}

function millions(jobs: number): string {
  return `${Number((jobs / 1e6).toPrecision(2))} M`;
}

function rounded(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString("en");
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
