import { seededJob } from "./seeded-jobs.ts";

export const HOSTILE = {
  script: `<script>window.hacked = true</script><img src=x onerror="window.hacked = true">`,
  rightToLeft: "\u202egpj.4pm\u2066 שלום \u202d مرحبا",
  emoji: "👩‍👩‍👧‍👦🏳️‍🌈 ".repeat(12),
  long: "unbreakable".repeat(182).slice(0, 2_000),
  address: "javascript:window.hacked=true",
} as const;

/** Jobs whose every text is hostile, in each of the ways. */
export function hostileJobs(now: number) {
  return Object.entries(HOSTILE).map(([name, text], index) =>
    seededJob({
      id: `hostile-${name}-0001`,
      status: index % 2 === 0 ? "failed" : "archive_failed",
      acceptedAt: now - (index + 1) * 60_000 - 240_000,
      tags: { team: text.slice(0, 256), note: text.slice(0, 200) },
      akool: { file_name: text, prompt: text, video: text, webhookUrl: text, type: text },
      changes: { failure: { code: text.slice(0, 60), reason: text.slice(0, 900), party: "job" } },
    }),
  );
}
