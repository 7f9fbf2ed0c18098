import type { Job } from "@akool-archiver/client";

export const NOW = Date.parse("2026-01-05T12:00:00.000Z");

/** A job as the API shows it, accepted at {@link NOW}. */
export function jobOf(changes: Partial<Job> = {}): Job {
  const at = new Date(NOW).toISOString();
  return {
    videoModelId: "689174694b4dbdd4ab3d28c9",
    status: "processing",
    attempt: 1,
    acceptedAt: at,
    updatedAt: at,
    deadlineAt: "2026-01-06T12:00:00.000Z",
    videoExpiresAt: "2026-01-12T12:00:00.000Z",
    polls: 3,
    tags: {},
    timeline: [{ at, status: "accepted", attempt: 1 }],
    ...changes,
  };
}
