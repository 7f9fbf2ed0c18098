import * as z from "zod/mini";
import type { JobList } from "#aws/job-list.ts";
import type { Disposition, VideoLink, VideoLinks } from "#aws/video-links.ts";
import {
  type ArchivedCompanion,
  COMPANION_ENDINGS,
  type CompanionRole,
} from "#domain/job/companion.ts";
import { type Job, toIso } from "#domain/job/job.ts";
import { cancelJob } from "#use-cases/jobs/cancel-job.ts";
import { findJob } from "#use-cases/jobs/find-job.ts";
import { listJobs } from "#use-cases/jobs/list-jobs.ts";
import { retryJob } from "#use-cases/jobs/retry-job.ts";
import { type SubmitDependencies, submitJob } from "#use-cases/jobs/submit-job.ts";
import type { KeyedLog } from "#use-cases/tracking/dependencies.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { NO_BODY, operation, type Reply } from "./operation.ts";
import { HttpProblem } from "./problem.ts";
import {
  companionParameters,
  jobIdParameters,
  listJobsQuery,
  submitJobSchema,
  videoQuery,
} from "./schemas.ts";
import { jobView } from "./views.ts";

const DEFAULT_LIMIT = 25;

const noParameters = z.object({});
const ofOneJob = { parameters: jobIdParameters, query: noParameters, body: NO_BODY };

interface JobOperationsDependencies extends SubmitDependencies {
  log: KeyedLog;
  list: JobList;
  links: VideoLinks;
}

/** AKOOL documents no call that cancels a generation. */
const STILL_GENERATING =
  "The archiver has stopped following the job. AKOOL has no call to cancel a generation: it goes on " +
  "there and is charged.";

/** The operations on jobs, by route. */
export function jobOperations(dependencies: JobOperationsDependencies) {
  const { log } = dependencies;
  const find = async (videoModelId: string) =>
    logged(log, await findJob(dependencies, videoModelId));

  return {
    submitJob: operation(
      { parameters: noParameters, query: noParameters, body: submitJobSchema },
      async ({ body }) => {
        log.appendKeys({ videoModelId: body.videoModelId });
        const { job, started } = await submitJob(dependencies, body);
        logged(log, job);
        return { status: started ? 202 : 200, body: jobView(job), headers: locationOf(job) };
      },
    ),
    listJobs: operation(
      { parameters: noParameters, query: listJobsQuery, body: NO_BODY },
      async ({ query: { tag, cursor, limit, ...range } }) => {
        const { jobs, next } = await listJobs(dependencies.list, {
          ...range,
          limit: limit ?? DEFAULT_LIMIT,
          tag: tag === undefined ? undefined : parseTag(tag),
          after: cursor === undefined ? undefined : decodeCursor(cursor),
        });
        const more = next === undefined ? {} : { cursor: encodeCursor(next) };
        return { status: 200, body: { jobs: jobs.map(jobView), ...more } };
      },
    ),
    getJob: operation(ofOneJob, async ({ parameters }) => {
      return { status: 200, body: jobView(await find(parameters.videoModelId)) };
    }),
    getVideo: operation(
      { ...ofOneJob, query: videoQuery },
      async ({ parameters, query, headers }) => {
        const job = await find(parameters.videoModelId);
        return linkReply(await linkToVideo(dependencies, job, query.disposition), headers.accept);
      },
    ),
    getCompanion: operation(
      { parameters: companionParameters, query: videoQuery, body: NO_BODY },
      async ({ parameters, query, headers }) => {
        const job = await find(parameters.videoModelId);
        const link = linkToCompanion(dependencies, job, parameters.role, query.disposition);
        return linkReply(await link, headers.accept);
      },
    ),
    cancelJob: operation(ofOneJob, async ({ parameters }) => {
      const job = await cancelJob(dependencies, await find(parameters.videoModelId));
      return { status: 200, body: { ...jobView(job), note: STILL_GENERATING } };
    }),
    retryJob: operation(ofOneJob, async ({ parameters }) => {
      // Read first, so that a refusal is logged with its execution, too.
      const { videoModelId } = await find(parameters.videoModelId);
      const job = logged(log, await retryJob(dependencies, videoModelId));
      return { status: 202, body: jobView(job), headers: locationOf(job) };
    }),
  };
}

/** Adds the job and its execution to all further log lines of the request. */
export function logged(log: KeyedLog, job: Job): Job {
  log.appendKeys({ videoModelId: job.videoModelId, execution: job.execution });
  return job;
}

/**
 * @throws HttpProblem video-expired or video-not-archived; RequestRefused where the bucket gives it no
 *   more
 */
async function linkToVideo(
  { links }: JobOperationsDependencies,
  job: Job,
  disposition: Disposition = "attachment",
): Promise<VideoLink> {
  if (job.status === "archived" && job.archive !== undefined) {
    const fileName = nameOf(job.akool);
    const { key } = job.archive;
    const offered = fileName === undefined ? baseName(key) : renamed(fileName, key);
    return links.linkTo(job.archive, offered, disposition);
  }
  const expired = job.status === "expired";
  throw new HttpProblem(expired ? "video-expired" : "video-not-archived", {
    detail: `the job is ${job.status}`,
    members: { jobStatus: job.status },
  });
}

/** @throws HttpProblem companion-not-found, companion-not-archived or companion-lost */
async function linkToCompanion(
  { links }: JobOperationsDependencies,
  { status, companions, akool, videoModelId }: Job,
  role: CompanionRole,
  disposition: Disposition = "attachment",
): Promise<VideoLink> {
  const companion = companions?.find((each) => each.role === role);
  if (companion?.state === "archived") {
    const stem = nameOf(akool)?.replace(EXTENSION, "") ?? videoModelId;
    return links.linkTo(companion, `${stem}${endingOf(companion)}`, disposition);
  }
  const members = { jobStatus: status };
  if (companion === undefined) {
    throw new HttpProblem("companion-not-found", { detail: `AKOOL has named no ${role}`, members });
  }
  const { state, reason = "it has not been tried yet" } = companion;
  throw new HttpProblem(state === "failed" ? "companion-lost" : "companion-not-archived", {
    detail: `${role} is ${state}: ${reason}`,
    members,
  });
}

/** Two files of a job may have one extension; the file may be of another kind than AKOOL says. */
function endingOf({ role, key }: ArchivedCompanion): string {
  return `${COMPANION_ENDINGS[role].replace(EXTENSION, "")}${EXTENSION.exec(key)?.[0] ?? ""}`;
}

/** A page of another origin cannot read where a redirect leads, so it asks for JSON. */
function linkReply({ url, expiresAt }: VideoLink, accept: string | undefined): Reply {
  return wantsJson(accept)
    ? { status: 200, body: { url, expiresAt: toIso(expiresAt) } }
    : { status: 302, headers: { location: url, "cache-control": "no-store" } };
}

/** Whether JSON is asked for by name: browsers and curl take anything, and are redirected. */
function wantsJson(accept = ""): boolean {
  return accept.split(",").some((range) => /^\s*application\/json\s*(;|$)/i.test(range));
}

/** A key may have folders. */
function baseName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** AKOOL names every file `.mp4`; programs open it by its real type's extension. */
function renamed(fileName: string, key: string): string {
  const extension = key.slice(key.lastIndexOf("."));
  return extension === ".mp4" ? fileName : `${fileName.replace(EXTENSION, "")}${extension}`;
}

const EXTENSION = /\.\w{1,8}$/;

function nameOf(akool: Job["akool"]): string | undefined {
  const fileName = akool?.file_name;
  return typeof fileName === "string" && fileName !== "" ? fileName : undefined;
}

function parseTag(tag: string): { name: string; value: string } {
  const colon = tag.indexOf(":");
  return { name: tag.slice(0, colon), value: tag.slice(colon + 1) };
}

function locationOf({ videoModelId }: Job) {
  return { location: `/jobs/${videoModelId}` };
}
