import type { Job } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { nextStep, obstacle } from "../output/advice.ts";
import { ago, byteSize, plainText, table } from "../output/format.ts";
import { type CommonFlags, openSession } from "../target/session.ts";
import { commonFlags } from "./flags.ts";
import { checkId } from "./ids.ts";

export const show = buildCommand<CommonFlags, [id: string], Context>({
  docs: {
    brief: "one job: its timeline, why it does not move, what to do next",
    customUsage: [{ input: "689174694b4dbdd4ab3d28c9", brief: "one job" }],
  },
  parameters: {
    flags: commonFlags,
    positional: {
      kind: "tuple",
      parameters: [{ brief: "AKOOL's _id", parse: String, placeholder: "id" }],
    },
  },
  async func(flags, id) {
    checkId(id);
    const { archiver, print, signal } = await openSession(this, flags);
    const job = await archiver.getJob(id, { signal });
    const next = nextStep(job, Date.now());
    const why = obstacle(job);
    print.result({ ...job, ...(why && { obstacle: why }), next }, describeJob(job, Date.now()));
  },
});

/**
 * All that is known of a job, for a person.
 *
 * @param now epoch milliseconds
 */
export function describeJob(job: Job, now: number): string {
  const facts: [string, string | undefined][] = [
    ["Status", `${job.status}  (attempt ${job.attempt}, ${job.polls} polls)`],
    ["Accepted", `${job.acceptedAt}  ${ago(job.acceptedAt, now)}`],
    ["Last moved", `${job.updatedAt}  ${ago(job.updatedAt, now)}`],
    [
      "AKOOL deletes",
      job.status === "archived"
        ? undefined
        : `${job.videoExpiresAt}  ${ago(job.videoExpiresAt, now)}`,
    ],
    [
      "Tags",
      Object.entries(job.tags)
        .map((it) => it.join("="))
        .join("  ") || undefined,
    ],
    ["Video", job.video && videoText(job.video)],
    ["Doubts", job.video?.doubts?.join("; ")],
    ["Kept though cut", job.doubtful && videoText(job.doubtful)],
    ["Why", obstacle(job)],
    ["Next", nextStep(job, now)],
  ];
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
  const timeline = job.timeline.map(({ at, status, attempt, reason }) => [
    "",
    at,
    String(attempt),
    status,
    plainText(reason ?? ""),
  ]);
  const omitted = job.timelineOmitted ? [`  … ${job.timelineOmitted} changes are left out`] : [];
  return [
    job.videoModelId,
    table(known.map(([name, value]) => [`  ${name}`, plainText(value)])),
    "",
    table(timeline),
    ...omitted,
  ].join("\n");
}

function videoText({
  bucket,
  key,
  bytes,
  checksum,
}: NonNullable<Job["video" | "doubtful"]>): string {
  return `s3://${bucket}/${key}  ${byteSize(bytes)}  ${checksum}`;
}
