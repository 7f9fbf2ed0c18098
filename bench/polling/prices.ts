import type { Outcome } from "./simulate.ts";
import type { Strategy } from "./strategies.ts";

/**
 * US East (N. Virginia), without any free tier, as in docs/costs.md: transitions from
 * AWS's price page in a stored copy, Lambda's from secondary sources. Looked up 2026-11-22.
 */
export const PRICES = {
  region: "us-east-1",
  transition: 0.025 / 1_000,
  lambdaRequest: 0.2 / 1_000_000,
  lambdaGigabyteSecond: 0.0000133334,
} as const;

/** What an invocation that polls, or takes a webhook, is assumed to need: as in docs/costs.md. */
const INVOCATION_GIGABYTE_SECONDS = 0.25 * 0.5;
const INVOCATION = PRICES.lambdaRequest + INVOCATION_GIGABYTE_SECONDS * PRICES.lambdaGigabyteSecond;

/** Of noticing that a job has ended: transitions, and invocations that poll or take a webhook. */
export function dollarsPerThousand(
  strategy: Strategy,
  { polls, transitions }: Pick<Outcome, "polls" | "transitions">,
): number {
  const others = { "job-poller": 2, webhook: 2, polled: 0 }[strategy.kind];
  return 1_000 * (transitions * PRICES.transition + (polls + others) * INVOCATION);
}
