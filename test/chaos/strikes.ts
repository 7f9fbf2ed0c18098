import { expect } from "vitest";
import type { FaultName } from "./faults.ts";
import { type History, MEDIUM_BYTES } from "./history.ts";
import type { Poll } from "./ledger.ts";
import { PLAIN_JOB } from "./plain-history.ts";
import type { Played } from "./play.ts";

const MEDIUM = [{ ...PLAIN_JOB, bytes: MEDIUM_BYTES, companions: "all" as const }];

interface Strike extends Partial<History> {
  /** The first request that is struck, and how many; the first one alone unless told. */
  nth?: number;
  times?: number;
  /** That the fault has met what it is a fault of. */
  demand?: (played: Played) => void;
}

/** Faults that mean nothing to the first request, or nothing for long. */
export const STRIKES: Partial<Record<FaultName, Strike>> = {
  // Two polls bring the job as far as that there is a way back.
  "akool-backward": { nth: 3, demand: (played) => expectSeenAs("processing", played) },
  // The first poll sees it processed, the next one queueing.
  "akool-flapping": {
    jobs: [{ ...PLAIN_JOB, queueSeconds: 120 }],
    demand: ({ jobs }) => {
      const [job] = jobs.values();
      const statuses = job?.statusHistory.map(({ status }) => status);
      expect(statuses).toEqual(["accepted", "processing", "completed", "archived"]);
    },
  },
  // The fifth poll is that of the copy, to which the address was gone.
  "akool-changed-url": {
    nth: 5,
    faults: [{ operation: "akool:source", nth: 1, times: 2, name: "source-403" }],
    demand: (played) => {
      expect(expectSeenAs("completed", played)?.by).toBe("ArchiveVideo");
      expect(played.ledger.counts.get("fault source-403")).toBe(2);
    },
  },
  // For good, and for a file that takes several requests.
  "source-ranges-refused": { times: 1_000, jobs: MEDIUM },
  "source-etag-per-node": { times: 1_000, jobs: MEDIUM },
  // One right answer would make up for all others.
  "akool-clock-ahead": { times: 1_000, demand: expectOwnExpiry },
  "akool-clock-behind": { times: 1_000, demand: expectOwnExpiry },
};

/** @returns the poll that was struck, which found a record of this status */
function expectSeenAs(status: string, { ledger }: Played): Poll | undefined {
  const poll = ledger.polls.find(({ fault }) => fault !== undefined);
  expect(ledger.writes[(poll?.writes ?? 0) - 1]?.status).toBe(status);
  return poll;
}

/** A video of which AKOOL gives no time that is to be believed is new when its job is. */
function expectOwnExpiry({ jobs }: Played): void {
  for (const { acceptedAt, videoExpiresAt } of jobs.values()) {
    expect(Date.parse(videoExpiresAt) - Date.parse(acceptedAt)).toBe(7 * 86_400_000);
  }
}
