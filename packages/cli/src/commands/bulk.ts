import type { Archiver, CallOptions, Job } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { plainText, table } from "../output/format.ts";
import { UsageError } from "../output/usage-error.ts";
import { type CommonFlags, openSession, type Session } from "../target/session.ts";
import { confirmed } from "./ask.ts";
import { forEachId } from "./each.ts";
import { commonFlags, yesFlag } from "./flags.ts";
import { readIds } from "./ids.ts";
import { type FilterFlags, filterFlags, jobFilter } from "./job-filter.ts";

interface Flags extends CommonFlags, FilterFlags {
  readonly yes?: boolean | undefined;
}

interface Bulk {
  readonly brief: string;
  readonly verb: string;
  readonly done: string;
  readonly warning: string;
  readonly example: string;
  readonly call: (archiver: Archiver, id: string, options: CallOptions) => Promise<Job>;
}

const PREVIEWED = 10;

export const cancel = bulk({
  brief: "stop following jobs, by ids or by filter",
  verb: "cancel",
  done: "cancelled",
  warning: "AKOOL goes on generating, and charges.",
  example: "--status queueing --tag team=film",
  call: (archiver, id, options) => archiver.cancelJob(id, options),
});

export const retry = bulk({
  brief: "try jobs again, by ids or by filter",
  verb: "retry",
  done: "begun again",
  warning: "",
  example: "--status archive_failed --tag team=film",
  call: (archiver, id, options) => archiver.retryJob(id, options),
});

function bulk({ brief, verb, done, warning, example, call }: Bulk) {
  return buildCommand<Flags, string[], Context>({
    docs: {
      brief,
      fullDescription: `By filter there is a preview first, and a question. ${warning}`.trim(),
      customUsage: [
        { input: "<id>…", brief: "these" },
        { input: example, brief: "by filter: shows what is meant, and asks" },
        { input: `${example} --yes`, brief: "does not ask" },
      ],
    },
    parameters: {
      flags: { ...commonFlags, ...filterFlags, yes: yesFlag },
      positional: {
        kind: "array",
        parameter: { brief: "AKOOL's _id", parse: String, placeholder: "id" },
      },
    },
    async func(flags, ...given) {
      const filter = jobFilter(flags);
      const byFilter = Object.keys(filter).length > 0;
      if (byFilter && given.length > 0) throw new UsageError("give ids or a filter, not both");
      // Piped in, ids are as good as on the command line.
      const ids = byFilter ? [] : await readIds(given, this.stdin);
      const session = await openSession(this, flags);
      const { archiver, print, signal } = session;
      if (byFilter) ids.push(...(await preview(session, filter, verb)));
      const question = `${verb} ${ids.length} ${ids.length === 1 ? "job" : "jobs"}? ${warning}`;
      if (byFilter && !(ids.length > 0 && (await confirmed(this, question.trim(), flags.yes)))) {
        print.note("nothing was done");
        return;
      }
      const whole = await forEachId(ids, { print, signal }, async (id) => {
        const job = await call(archiver, id, { signal });
        print.result(job, print.quiet ? id : `${id}  ${job.status}  ${done}`);
        return true;
      });
      this.process.exitCode = whole ? 0 : 1;
    },
  });
}

async function preview(
  { archiver, print, signal }: Session,
  filter: ReturnType<typeof jobFilter>,
  verb: string,
): Promise<string[]> {
  const jobs: Job[] = [];
  for await (const job of archiver.iterateJobs(filter, { signal })) jobs.push(job);
  const rows = jobs
    .slice(0, PREVIEWED)
    .map(({ videoModelId, status, failure }) =>
      [videoModelId, status, failure?.reason ?? ""].map(plainText),
    );
  if (rows.length > 0) print.note(table(rows));
  if (jobs.length > PREVIEWED) print.note(`… and ${jobs.length - PREVIEWED} more to ${verb}`);
  return jobs.map(({ videoModelId }) => videoModelId);
}
