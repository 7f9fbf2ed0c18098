import type { Job } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { ago, plainText, table } from "../output/format.ts";
import { type CommonFlags, openSession } from "../target/session.ts";
import { commonFlags, switchFlag, textFlag } from "./flags.ts";
import { type FilterFlags, filterFlags, jobFilter, readCount } from "./job-filter.ts";

interface Flags extends CommonFlags, FilterFlags {
  readonly limit?: string | undefined;
  readonly all?: boolean | undefined;
}

const DEFAULT_LIMIT = "25";

export const list = buildCommand<Flags, [], Context>({
  docs: {
    brief: "list jobs, newest first",
    customUsage: [
      { input: "--status archive_failed", brief: "of one status" },
      { input: "--tag team=film --from 7d --all", brief: "all of a team's last week" },
      { input: "--status failed --quiet", brief: "ids alone, to pipe on" },
    ],
  },
  parameters: {
    flags: {
      ...commonFlags,
      ...filterFlags,
      limit: textFlag("N", `at most so many (default ${DEFAULT_LIMIT})`),
      all: switchFlag("all of them"),
    },
  },
  async func(flags) {
    const limit =
      flags.all === true ? Number.POSITIVE_INFINITY : readCount(flags.limit ?? DEFAULT_LIMIT);
    const filter = jobFilter(flags);
    const { archiver, print, signal } = await openSession(this, flags);
    const rows: string[][] = [];
    let shown = 0;
    for await (const job of archiver.iterateJobs(filter, { signal })) {
      if (shown === limit) {
        print.note(`… and more: --limit N, or --all`);
        break;
      }
      shown += 1;
      if (print.json || print.quiet) print.result(job, job.videoModelId);
      else rows.push(row(job, Date.now()));
    }
    if (rows.length > 0) {
      print.result(
        undefined,
        table([["VIDEO", "STATUS", "ACCEPTED", "POLLS", "TAGS", "REASON"], ...rows]),
      );
    } else if (shown === 0) print.note("no jobs");
  },
});

function row(job: Job, now: number): string[] {
  const { videoModelId, status, acceptedAt, polls, tags } = job;
  const named = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  const reason = job.failure?.reason ?? job.fault?.reason ?? "";
  return [videoModelId, status, ago(acceptedAt, now), String(polls), named.join(" "), reason].map(
    plainText,
  );
}
