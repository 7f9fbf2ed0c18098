import { isEnded, type Job, type JobStatus } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { obstacle } from "../output/advice.ts";
import { plainText, span, table } from "../output/format.ts";
import { createLiveBlock } from "../output/live-block.ts";
import { type CommonFlags, openSession, type Session } from "../target/session.ts";
import { commonFlags } from "./flags.ts";
import { checkId } from "./ids.ts";
import { INTERRUPTED, pause } from "./interruption.ts";

const EVERY_MS = 2_000;
/** In the order in which a person wants to see them. */
const UNFINISHED: readonly JobStatus[] = [
  "archive_failed",
  "completed",
  "processing",
  "queueing",
  "accepted",
];
const MOST_JOBS = 200;

export const watch = buildCommand<CommonFlags, string[], Context>({
  docs: {
    brief: "follow jobs on the screen, until they have ended",
    fullDescription:
      "Without ids: everything that is under way, until Ctrl-C. Through a pipe there is a line for every change.",
    customUsage: [
      { input: "<id>…", brief: "until these have ended; 1 if one has no video in the archive" },
      { input: "", brief: "everything that is under way" },
    ],
  },
  parameters: {
    flags: commonFlags,
    positional: {
      kind: "array",
      parameter: { brief: "AKOOL's _id", parse: String, placeholder: "id" },
    },
  },
  async func(flags, ...ids) {
    for (const id of ids) checkId(id);
    const session = await openSession(this, flags);
    const display = displayOf(session, this);
    for (;;) {
      const jobs = await readJobs(session, ids);
      display.show(jobs);
      const done = ids.length > 0 && jobs.every(({ status }) => isEnded(status));
      if (done) {
        display.end();
        this.process.exitCode = jobs.every(({ status }) => status === "archived") ? 0 : 1;
        return;
      }
      if (await pause(EVERY_MS, session.signal)) continue;
      this.process.exitCode = ids.length > 0 ? INTERRUPTED : 0;
      return;
    }
  },
});

async function readJobs({ archiver, signal }: Session, ids: readonly string[]): Promise<Job[]> {
  if (ids.length > 0) {
    return Promise.all([...new Set(ids)].map((id) => archiver.getJob(id, { signal })));
  }
  const pages = await Promise.all(
    UNFINISHED.map((status) => archiver.listJobs({ status, limit: MOST_JOBS / 2 }, { signal })),
  );
  return pages.flatMap(({ jobs }) => jobs).slice(0, MOST_JOBS);
}

function displayOf({ print }: Session, { process: { stdout } }: Context) {
  const seen = new Map<string, JobStatus>();
  const changes = (jobs: readonly Job[]) => {
    for (const job of jobs) {
      if (seen.get(job.videoModelId) === job.status) continue;
      seen.set(job.videoModelId, job.status);
      print.result(job, lineOf(job).join("  ").trimEnd());
    }
  };
  if (!print.live || stdout.isTTY !== true) return { show: changes, end: () => {} };
  const block = createLiveBlock(stdout);
  let last: readonly Job[] = [];
  return {
    show(jobs: readonly Job[]) {
      last = jobs;
      const lines =
        jobs.length === 0 ? ["nothing is under way"] : table(jobs.map(lineOf)).split("\n");
      block.draw(lines);
    },
    end() {
      block.clear();
      print.result(last, table(last.map(lineOf)));
    },
  };
}

function lineOf(job: Job): string[] {
  const seconds = (Date.now() - Date.parse(job.acceptedAt)) / 1000;
  const text = [
    job.videoModelId,
    job.status,
    span(seconds),
    `polls ${job.polls}`,
    obstacle(job) ?? "",
  ];
  return text.map(plainText);
}
