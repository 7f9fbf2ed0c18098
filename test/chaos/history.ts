import fc from "fast-check";
import { FAULTS_OF, type FaultName } from "./faults.ts";

/** How a job comes in. */
const ENTRIES = ["api", "event", "execution", "webhook"] as const;

const MIB = 1024 * 1024;

/** A video that one request fetches, and one that takes two, for parts of 5 MiB; each is stored at once. */
export const SMALL_BYTES = 3_000;
export const MEDIUM_BYTES = 5 * MIB + 64 * 1024;
/** Over 16 MiB: stored in several parts as well. */
export const LARGE_BYTES = 16 * MIB + 64 * 1024;

const ENDS = ["complete", "fail", "never", "unknown"] as const;

/**
 * What AKOOL names beside a video: nothing; subtitles and a video without captions; or the same with one
 * that is named later, served later, gone for good, or a page.
 */
const COMPANION_PLANS = ["none", "all", "named-late", "served-late", "gone", "page"] as const;

export type CompanionPlan = (typeof COMPANION_PLANS)[number];

export interface JobPlan {
  entry: (typeof ENTRIES)[number];
  /** Seconds after the beginning. */
  at: number;
  queueSeconds: number;
  processSeconds: number;
  end: (typeof ENDS)[number];
  /** Of its video; see {@link SMALL_BYTES}, {@link MEDIUM_BYTES} and {@link LARGE_BYTES}. */
  bytes: number;
  companions: CompanionPlan;
  /** Whether AKOOL calls this deployment's webhook. */
  webhookExpected: boolean;
  /** Whether none of AKOOL's webhooks arrives. */
  webhooksLost: boolean;
  /** How long before it was submitted AKOOL had created it. */
  createdHoursAgo: number;
  deadlineHours: number;
}

export const ACTIONS = [
  "submit",
  "submit-by-event",
  "start",
  "cancel",
  "retry",
  "webhook-2",
  "webhook-3",
  "webhook-replayed",
  "webhook-forged",
  "abort",
  "redrive",
] as const;

/** Something that a caller or an operator does. */
export interface ActionPlan {
  kind: (typeof ACTIONS)[number];
  /** Index of the job, beyond the last one counted round. */
  job: number;
  /** Seconds after the job was submitted. */
  after: number;
}

/** An intent to create a character swap, which a caller repeats. */
export interface SwapPlan {
  at: number;
  /** Seconds between the repetitions; 0 for at once. */
  repeatAfter: number;
  repetitions: number;
  webhookExpected: boolean;
}

/** A fault strikes the n-th request of an operation, and so many after it. */
interface FaultPlan {
  operation: string;
  nth: number;
  times: number;
  name: FaultName;
}

/** Whatever is asked of a service fails for a while. */
interface OutagePlan {
  service: "dynamodb" | "events" | "s3" | "secrets" | "akool";
  /** Minutes after the beginning, and how many. */
  from: number;
  minutes: number;
}

export const INVOCATION_KINDS = [
  "crash-at-once",
  "crash-in-the-end",
  "timeout-in-the-end",
  "twice",
  "refused",
] as const;

/** What happens to an invocation as a whole. */
interface InvocationPlan {
  function: string;
  nth: number;
  kind: (typeof INVOCATION_KINDS)[number];
}

/** Everything that a history is drawn from: the same value gives the same history. Decision 0030. */
export interface History {
  seed: number;
  /** Chance that concurrent invocations change places at a request, in tenths. */
  eagerness: number;
  /** Hours after which Step Functions ends an execution; 192 in the template. */
  executionHours: number;
  /** For how long faults may strike, at least. */
  faultyMinutes: number;
  /** Whether the SDK repeats a request that fails, as it does in AWS. */
  sdkRepeats: boolean;
  jobs: JobPlan[];
  swaps: SwapPlan[];
  actions: ActionPlan[];
  faults: FaultPlan[];
  invocations: InvocationPlan[];
  outages: OutagePlan[];
  /** The key in the secret is wrong in these minutes. */
  wrongKey: { from: number; minutes: number } | null;
}

const job: fc.Arbitrary<JobPlan> = fc.record({
  entry: fc.constantFrom(...ENTRIES),
  at: fc.integer({ min: 0, max: 120 }),
  queueSeconds: fc.integer({ min: 0, max: 120 }),
  processSeconds: fc.integer({ min: 0, max: 300 }),
  end: fc.oneof(
    { weight: 6, arbitrary: fc.constant("complete" as const) },
    { weight: 1, arbitrary: fc.constantFrom(...ENDS) },
  ),
  bytes: fc.oneof(
    { weight: 18, arbitrary: fc.constant(SMALL_BYTES) },
    { weight: 1, arbitrary: fc.constant(MEDIUM_BYTES) },
    { weight: 1, arbitrary: fc.constant(LARGE_BYTES) },
  ),
  // What is never to be had is asked for during seven days: such histories take longer than others.
  companions: fc.oneof(
    { weight: 40, arbitrary: fc.constant("none" as const) },
    { weight: 16, arbitrary: fc.constant("all" as const) },
    { weight: 6, arbitrary: fc.constantFrom("named-late" as const, "served-late" as const) },
    { weight: 1, arbitrary: fc.constantFrom("gone" as const, "page" as const) },
  ),
  webhookExpected: fc.boolean(),
  // A job that waits in vain for a webhook waits long: such histories take longer than others.
  webhooksLost: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  createdHoursAgo: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constantFrom(100, 160, 167) },
  ),
  deadlineHours: fc.constantFrom(1, 3),
});

const action: fc.Arbitrary<ActionPlan> = fc.record({
  kind: fc.constantFrom(...ACTIONS),
  job: fc.nat({ max: 2 }),
  after: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 900 })),
});

const swap: fc.Arbitrary<SwapPlan> = fc.record({
  at: fc.integer({ min: 0, max: 60 }),
  repeatAfter: fc.constantFrom(0, 1, 30, 120),
  repetitions: fc.integer({ min: 0, max: 3 }),
  webhookExpected: fc.boolean(),
});

/** Polls of AKOOL are many, its files and the rest are few: the n-th must be one that occurs. */
const fault: fc.Arbitrary<FaultPlan> = fc
  .constantFrom(
    ...Object.keys(FAULTS_OF),
    "akool:poll",
    "akool:poll",
    "akool:source",
    "akool:source",
  )
  .chain((operation: string) =>
    fc.record({
      operation: fc.constant(operation),
      nth: fc.integer({ min: 1, max: reach(operation) }),
      times: fc.oneof(
        { weight: 3, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: 2, max: 12 }) },
      ),
      name: fc.constantFrom(...(FAULTS_OF[operation] ?? [])),
    }),
  );

function reach(operation: string): number {
  if (operation.startsWith("dynamodb:")) return 30;
  return operation === "akool:poll" || operation === "events:PutEvents" ? 8 : 2;
}

const invocation: fc.Arbitrary<InvocationPlan> = fc.record({
  function: fc.constantFrom(
    "CheckStatus",
    "ArchiveVideo",
    "RecordFailure",
    "ExecutionEnded",
    "JobApi",
    "AkoolWebhook",
    "Sweeper",
  ),
  nth: fc.integer({ min: 1, max: 3 }),
  kind: fc.constantFrom(...INVOCATION_KINDS),
});

const outage: fc.Arbitrary<OutagePlan> = fc.record({
  service: fc.constantFrom("dynamodb", "events", "s3", "secrets", "akool"),
  from: fc.integer({ min: 0, max: 15 }),
  minutes: fc.constantFrom(2, 10, 30, 120),
});

export const history: fc.Arbitrary<History> = fc.record({
  seed: fc.noShrink(fc.nat()),
  eagerness: fc.constantFrom(0, 3, 6, 9),
  // A video that is never finished is then tried anew every two hours for a week.
  executionHours: fc.oneof(
    { weight: 24, arbitrary: fc.constant(192) },
    { weight: 1, arbitrary: fc.constant(0.1) },
  ),
  faultyMinutes: fc.constantFrom(60, 600),
  sdkRepeats: fc.boolean(),
  jobs: fc.array(job, { minLength: 1, maxLength: 2 }),
  swaps: fc.oneof(
    { weight: 4, arbitrary: fc.constant<SwapPlan[]>([]) },
    { weight: 1, arbitrary: fc.array(swap, { maxLength: 1 }) },
  ),
  actions: fc.array(action, { maxLength: 6 }),
  faults: fc.array(fault, { maxLength: 8 }),
  invocations: fc.array(invocation, { maxLength: 3 }),
  outages: fc.oneof(
    { weight: 3, arbitrary: fc.constant<OutagePlan[]>([]) },
    { weight: 1, arbitrary: fc.array(outage, { maxLength: 2 }) },
  ),
  wrongKey: fc.option(
    fc.record({
      from: fc.integer({ min: 0, max: 10 }),
      minutes: fc.constantFrom(1, 20, 120),
    }),
    { freq: 9 },
  ),
});
