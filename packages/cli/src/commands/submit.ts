import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { UsageError } from "../output/usage-error.ts";
import { type CommonFlags, openSession } from "../target/session.ts";
import { forEachId } from "./each.ts";
import { commonFlags, switchFlag, textFlag } from "./flags.ts";
import { readIds } from "./ids.ts";
import { duration, readTags } from "./job-filter.ts";

interface Flags extends CommonFlags {
  readonly tag?: readonly string[] | undefined;
  readonly deadline?: string | undefined;
  readonly wait?: boolean | undefined;
}

const LONGEST_DEADLINE_HOURS = 168;

export const submit = buildCommand<Flags, string[], Context>({
  docs: {
    brief: "have videos followed and archived",
    fullDescription:
      "Ids come from the command line or through a pipe: one a line, or JSON. Asked again it starts nothing.",
    customUsage: [
      { input: "689174694b4dbdd4ab3d28c9 --tag team=film", brief: "one video, with a tag" },
      { input: "<id>… --deadline 6h --wait", brief: "until all are archived" },
      { input: "< ids.txt", brief: "one id a line, or JSON" },
    ],
  },
  parameters: {
    flags: {
      ...commonFlags,
      tag: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        placeholder: "NAME=VALUE",
        brief: "goes with the job into records and events",
      },
      deadline: textFlag("TIME", "give up after 30m, 6h, 2d (7d at most)"),
      wait: switchFlag("until every video is archived, or has ended otherwise"),
    },
    positional: {
      kind: "array",
      parameter: { brief: "AKOOL's _id", parse: String, placeholder: "id" },
    },
  },
  async func(flags, ...given) {
    const tags = readTags(flags.tag ?? []);
    const deadline = deadlineHours(flags.deadline);
    const ids = await readIds(given, this.stdin);
    const { archiver, print, signal } = await openSession(this, flags);
    const more = { ...(flags.tag && { tags }), ...(deadline && { deadlineHours: deadline }) };
    const whole = await forEachId(ids, { print, signal }, async (videoModelId) => {
      const { job, started } = await archiver.submitJob({ videoModelId, ...more }, { signal });
      const word = started ? "started" : "nothing to start";
      if (flags.wait !== true) {
        print.result(
          { ...job, started },
          print.quiet ? videoModelId : `${videoModelId}  ${job.status}  ${word}`,
        );
        return true;
      }
      print.note(`${videoModelId}  ${job.status}  ${word}`);
      const archived = await archiver.waitUntilArchived(videoModelId, {
        signal,
        onChange: ({ status }) => print.note(`${videoModelId}  ${status}`),
      });
      print.result(archived, `${videoModelId}  ${print.good("archived")}`);
      return true;
    });
    this.process.exitCode = whole ? 0 : 1;
  },
});

/** @throws UsageError for what is no duration, or a longer one than the archiver takes */
export function deadlineHours(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const hours = duration(text, "--deadline") / 3600;
  if (hours > LONGEST_DEADLINE_HOURS) throw new UsageError("--deadline is 7d (168h) at most");
  return hours;
}
