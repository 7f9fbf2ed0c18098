import { observe } from "#domain/job/transition.ts";
import { secondsUntilNextPoll } from "#domain/polling/poll-schedule.ts";
import { acceptedRecord, answerAt, type BenchJob, CREATED, delayAt, jitterAt } from "./job.ts";
import type { Strategy } from "./strategies.ts";

/** The result of one job. */
export interface Outcome {
  /** Polls AKOOL. */
  polls: number;
  /** State transitions, as Step Functions bills them. */
  transitions: number;
  /** From the end of the job to the poll that found it ended. */
  delaySeconds: number;
}

/** One job, with the domain's own decisions and a formula for the transitions. */
export function simulate(strategy: Strategy, job: BenchJob): Outcome {
  switch (strategy.kind) {
    case "job-poller":
      return byJobPoller(strategy, job);
    case "polled":
      return byPolling(strategy, job);
    case "webhook":
      // Held by test/e2e/webhook.test.ts: polls at the start and at each of two webhooks.
      return { polls: 3, transitions: 10, delaySeconds: 0 };
  }
}

/** Submit Job; Wait, Get Job Status and Job Complete? for each poll; Get Final Job Status. */
function byJobPoller({ waitBefore }: Strategy & { kind: "job-poller" }, job: BenchJob): Outcome {
  let now = CREATED;
  let polls = 0;
  do {
    polls += 1;
    now += waitBefore(polls) * 1000;
  } while (answerAt(job, now).kind !== "completed");
  return { polls, transitions: 3 * polls + 2, delaySeconds: delayAt(job, now) };
}

/** Begin; three for each poll that finds the job unfinished; and CheckStatus, NextStep, ArchiveVideo. */
function byPolling({ policy, scheduleFor }: Strategy & { kind: "polled" }, job: BenchJob): Outcome {
  const schedule = scheduleFor(job);
  let record = acceptedRecord(job, "bench");
  let now = CREATED;
  for (;;) {
    const observation = answerAt(job, now);
    const seen = observe(record, observation, now);
    const polls = seen.pollCount;
    if (seen.status === "completed") {
      const transitions = 1 + 3 * polls;
      return { polls, transitions, delaySeconds: delayAt(job, now) };
    }
    record = seen;
    const random = () => jitterAt(job, now);
    now += secondsUntilNextPoll({ job: seen, observation, now, random, policy, schedule }) * 1000;
  }
}
