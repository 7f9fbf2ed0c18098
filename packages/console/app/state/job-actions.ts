import type { Job } from "@akool-archiver/client";
import { safeLink } from "../logic/safe-link.ts";
import { api, messageOf } from "./api.ts";
import { pollNow } from "./poll.ts";
import { tell } from "./toasts.ts";

/** Begins a job again. @returns the job, or undefined when it was refused, which the person is told */
export async function retry({ videoModelId }: Job): Promise<Job | undefined> {
  return told(async () => {
    const job = await api().retryJob(videoModelId);
    tell("It is followed again", "good");
    pollNow();
    return job;
  });
}

/** Stops following a job; as {@link retry}. */
export async function cancel({ videoModelId }: Job): Promise<Job | undefined> {
  return told(async () => {
    const job = await api().cancelJob(videoModelId);
    tell("It is not followed any more", "good");
    pollNow();
    return job;
  });
}

/** Has the browser save a job's video. */
export async function download(videoModelId: string): Promise<void> {
  await told(async () => {
    const { url } = await api().getVideo(videoModelId, { disposition: "attachment" });
    save(url);
  });
}

type Role = NonNullable<Job["companions"]>[number]["role"];

/** As {@link download}, of one of the files that AKOOL makes beside the video. */
export async function downloadCompanion(videoModelId: string, role: Role): Promise<void> {
  await told(async () => {
    const { url } = await api().getCompanion(videoModelId, role, { disposition: "attachment" });
    save(url);
  });
}

/**
 * Follows a presigned link, whose answer the browser saves: the page stays. Only ever a link that the
 * API has just made.
 *
 * @throws TypeError for an address that is not of http
 */
export function save(url: string): void {
  const address = safeLink(url);
  if (address === undefined) throw new TypeError("the archiver told no usable link");
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.rel = "noreferrer";
  link.click();
}

async function told<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch (error) {
    tell(messageOf(error), "bad");
    return undefined;
  }
}
