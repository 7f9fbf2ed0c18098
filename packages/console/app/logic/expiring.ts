import type { Job } from "@akool-archiver/client";
import { adviceFor } from "./advice.ts";

/** A video that AKOOL is going to delete, and that is not safe yet. */
export interface Expiring {
  readonly videoModelId: string;
  readonly status: string;
  readonly videoExpiresAt: string;
  readonly reason?: string | undefined;
  readonly missing: string;
}

/** Videos that are not in the bucket go first, then those whose companions are not; each by its end. */
export function inOrder(all: readonly Expiring[]): Expiring[] {
  const rank = ({ missing }: Expiring) => (missing === "video" ? 0 : 1);
  return [...all].sort(
    (a, b) => rank(a) - rank(b) || Date.parse(a.videoExpiresAt) - Date.parse(b.videoExpiresAt),
  );
}

/** The same from jobs themselves, for an archiver without a summary. */
export function expiringOf(jobs: readonly Job[], now: number): Expiring[] {
  return jobs
    .filter(({ videoExpiresAt }) => Date.parse(videoExpiresAt) > now)
    .map((job) => {
      const { videoModelId, status, videoExpiresAt } = job;
      return {
        videoModelId,
        status,
        videoExpiresAt,
        missing: "video",
        reason: adviceFor(job)?.why,
      };
    });
}

/** How near the end is. */
export function urgency(videoExpiresAt: string, now: number): "bad" | "warning" | "waiting" {
  const hours = (Date.parse(videoExpiresAt) - now) / 3_600_000;
  if (hours < 12) return "bad";
  return hours < 48 ? "warning" : "waiting";
}
