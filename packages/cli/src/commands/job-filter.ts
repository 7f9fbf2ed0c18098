import type { JobFilter, JobStatus } from "@akool-archiver/client";
import { UsageError } from "../output/usage-error.ts";
import { textFlag } from "./flags.ts";

// A status that the API adds does not compile until it stands here.
const EVERY_STATUS: Readonly<Record<JobStatus, true>> = {
  accepted: true,
  queueing: true,
  processing: true,
  completed: true,
  archived: true,
  archive_failed: true,
  failed: true,
  rejected: true,
  not_found: true,
  timed_out: true,
  cancelled: true,
  expired: true,
};

const STATUSES = Object.keys(EVERY_STATUS) as JobStatus[];

export interface FilterFlags {
  readonly status?: JobStatus | undefined;
  readonly tag?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const filterFlags = {
  status: { kind: "enum", values: STATUSES, optional: true, brief: "only jobs of this status" },
  tag: textFlag("NAME=VALUE", "only jobs with this tag"),
  from: textFlag("TIME", "accepted since: an instant, or an age such as 6h or 7d"),
  to: textFlag("TIME", "accepted before"),
} as const;

/** @throws UsageError for a tag or a time that is none */
export function jobFilter({ status, tag, from, to }: FilterFlags, now = Date.now()): JobFilter {
  return {
    ...(status !== undefined && { status }),
    ...(tag !== undefined && { tag: Object.entries(readTags([tag])).map((it) => it.join(":"))[0] }),
    ...(from !== undefined && { from: instant(from, "--from", now) }),
    ...(to !== undefined && { to: instant(to, "--to", now) }),
  };
}

/** @throws UsageError for one that is not `name=value` */
export function readTags(tags: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    tags.map((tag) => {
      const [, name, value] = /^([^:=]+)[=:](.*)$/s.exec(tag) ?? [];
      if (name === undefined || value === undefined) {
        throw new UsageError(`--tag wants NAME=VALUE, not ${JSON.stringify(tag)}`);
      }
      return [name, value];
    }),
  );
}

/** @throws UsageError for what is no number of things to list */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--limit wants a number, 1 or more, not ${JSON.stringify(text)}`);
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds of `90s`, `30m`, `6h`, `7d`. @throws UsageError */
export function duration(text: string, flag: string): number {
  const [, figure, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (figure === undefined || !isUnit(unit) || Number(figure) === 0) {
    throw new UsageError(`${flag} wants a time such as 30m, 6h or 2d, not ${JSON.stringify(text)}`);
  }
  return Number(figure) * SECONDS[unit];
}

function isUnit(unit: string | undefined): unit is keyof typeof SECONDS {
  return unit !== undefined && unit in SECONDS;
}

function instant(text: string, flag: string, now: number): string {
  if (/^\d+(\.\d+)?[smhd]$/.test(text)) {
    return new Date(now - duration(text, flag) * 1000).toISOString();
  }
  const at = Date.parse(text);
  if (Number.isNaN(at)) {
    throw new UsageError(
      `${flag} wants 2026-11-22, 2026-11-22T11:00:00Z or 6h, not ${JSON.stringify(text)}`,
    );
  }
  return new Date(at).toISOString();
}
