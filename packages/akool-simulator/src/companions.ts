import { endsAt, type Job, statusAt, videoStatus } from "./job.ts";
import type { CompanionFile, CompanionFiles, ServedFile, TextFile } from "./result-file.ts";

const endings = {
  original_srt: ".original.srt",
  translated_srt: ".translated.srt",
  no_caption_video: ".no-caption.mp4",
} as const satisfies Record<keyof CompanionFiles, string>;

type Role = keyof typeof endings;

const roles = Object.keys(endings) as readonly Role[];

/** @returns the files beside the result; undefined unless the job is a translation. */
export function companionsOf({ script: { end } }: Job): CompanionFiles | undefined {
  return end.kind === "complete" ? end.companions : undefined;
}

/** @returns `audio_splits` as it is named by now; a file that is not named is missing from it. */
export function audioSplits(job: Job, now: number): Record<string, string> {
  const companions = companionsOf(job) ?? {};
  return Object.fromEntries(
    roles
      .filter((role) => isSince(job, companions[role], "namedAfterMs", now))
      .map((role) => [`${role}_url`, `${job.origin}/result/${nameOf(job, role)}`]),
  );
}

/** @returns what the result server has under `name` beside the job's result, if anything by now. */
export function companionNamed(
  job: Job,
  name: string,
  now: number,
): ServedFile | TextFile | undefined {
  const companions = companionsOf(job);
  const role = roles.find((each) => nameOf(job, each) === name);
  if (!companions || !role || statusAt(job, now) !== videoStatus.completed) return undefined;
  return isSince(job, companions[role], "servedAfterMs", now) ? companions[role]?.file : undefined;
}

function isSince(
  job: Job,
  companion: CompanionFile | undefined,
  delay: "namedAfterMs" | "servedAfterMs",
  now: number,
): boolean {
  return companion !== undefined && now >= endsAt(job) + (companion[delay] ?? 0);
}

function nameOf(job: Job, role: Role): string {
  return `${endsAt(job)}-${job.number}${endings[role]}`;
}
