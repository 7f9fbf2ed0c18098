import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
} from "#domain/events/companion-events.ts";
import { VIDEO_EXPIRING_DETAIL_TYPE } from "#domain/events/events.ts";
import { FAULT_NAMES, FAULTS_OF, type FaultName, INTRUSION_NAMES } from "./faults.ts";
import {
  ACTIONS,
  type ActionPlan,
  type History,
  INVOCATION_KINDS,
  MEDIUM_BYTES,
} from "./history.ts";
import { violationsOf } from "./invariants.ts";
import { occasionFor, PLAIN_HISTORY, PLAIN_JOB } from "./plain-history.ts";
import { type Played, play } from "./play.ts";
import { STRIKES } from "./strikes.ts";
import { openWorld, type World } from "./world.ts";

// A fault is played for every operation that can have it.
vi.setConfig({ testTimeout: 600_000 });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Plays a history, and demands every invariant of it. */
async function playWell(history: Partial<History>): Promise<Played> {
  const played = await play(world, { ...PLAIN_HISTORY, ...history });
  expect(violationsOf(played)).toEqual([]);
  return played;
}

function endsOf({ jobs }: Played): string[] {
  return [...jobs.values()].map(({ status }) => status);
}

function companionsOf({ jobs }: Played): string[] {
  return [...jobs.values()].flatMap(({ companions = [] }) => companions.map(({ state }) => state));
}

/** Ends that are right although AKOOL has the video, or will not make it. */
const OTHER_ENDS: Partial<Record<string, string[]>> = {
  "create-refused": [],
  "states:StopExecution": ["cancelled"],
};

/** What the workflow itself overcomes, without a further attempt. */
const WITHIN_ATTEMPT =
  /^(?:dynamodb:(?:Get|Update)Item|akool:poll|akool:source|events:|secrets:|s3:)/;
/** A copy that is not worth repeating at once is left to the sweeper. */
const ENDS_ATTEMPT: ReadonlySet<string> = new Set([
  "source-other-content",
  "source-redirected-elsewhere",
  "source-redirected-inward",
]);

function operationsOf(name: FaultName): string[] {
  return Object.keys(FAULTS_OF).filter((operation) => FAULTS_OF[operation]?.includes(name));
}

describe("a fault of one request", () => {
  it.each(FAULT_NAMES)("%s is overcome", async (name) => {
    const { nth = 1, times = 1, demand, ...special } = STRIKES[name] ?? {};
    for (const operation of operationsOf(name)) {
      const occasion = { ...occasionFor(operation), ...special };
      const fault = { operation, nth, times, name };
      const played = await playWell({ ...occasion, faults: [...occasion.faults, fault] });
      expect(played.ledger.counts.get(`fault ${name}`) ?? 0, operation).toBeGreaterThan(0);
      expect(endsOf(played), operation).toEqual(
        OTHER_ENDS[operation] ?? OTHER_ENDS[name] ?? ["archived"],
      );
      const attempts = [...played.jobs.values()].map(({ attempt }) => attempt);
      const isWithinAttempt = WITHIN_ATTEMPT.test(operation) && !ENDS_ATTEMPT.has(name);
      if (isWithinAttempt) expect(attempts, operation).toEqual([1]);
      if (operation === "akool:companion") {
        expect(companionsOf(played), operation).toEqual(["archived", "archived", "archived"]);
      }
      demand?.(played);
    }
  });

  const ofOurs = (name: FaultName) =>
    operationsOf(name).filter((each) => !each.startsWith("akool:"));
  const namesOfOurs = FAULT_NAMES.filter((name) => ofOurs(name).length > 0);

  it.each(namesOfOurs)("%s is overcome with the SDK's own repetitions", async (name) => {
    const { nth = 1, times = 1, ...special } = STRIKES[name] ?? {};
    for (const operation of ofOurs(name)) {
      const occasion = { ...occasionFor(operation), ...special, sdkRepeats: true };
      const fault = { operation, nth, times, name };
      const played = await playWell({ ...occasion, faults: [...occasion.faults, fault] });
      expect(played.ledger.counts.get(`fault ${name}`) ?? 0, operation).toBeGreaterThan(0);
      expect(endsOf(played), operation).toEqual(OTHER_ENDS[operation] ?? ["archived"]);
    }
  });

  const ofSources = [
    "source-changed",
    "source-cut",
    "source-stalled",
    "source-reset",
    "source-ranges-ignored",
    "source-other-content",
  ] as const;
  const parts = ofSources.flatMap((name) => [1, 2, 3].map((nth) => [name, nth] as const));

  it.each(parts)("%s strikes request %i for parts of a video", async (name, nth) => {
    const { faults, ...large } = occasionFor("s3:ListParts");
    // The third one is the first part's again, of a copy that is taken up.
    const before = nth === 3 ? faults : [];
    const fault = { operation: "akool:source", nth, times: 1, name };
    const played = await playWell({ ...large, faults: [...before, fault] });
    expect(played.ledger.counts.get(`fault ${name}`)).toBe(1);
    expect(endsOf(played)).toEqual(["archived"]);
  });

  it.each(["akool", "dynamodb", "events", "s3", "secrets"] as const)(
    "%s is away for half an hour",
    async (service) => {
      const played = await playWell({
        // Nobody could be told that a submission over the API was taken.
        jobs: [{ ...PLAIN_JOB, entry: "execution" }],
        outages: [{ service, from: 0, minutes: 30 }],
      });
      expect(endsOf(played)).toEqual(["archived"]);
      const redriven = played.ledger.counts.get("dead letter redriven by the operator") ?? 0;
      expect(redriven > 0).toBe(service === "dynamodb");
    },
  );

  it("a wrong key keeps jobs waiting until it is mended", async () => {
    const played = await playWell({ wrongKey: { from: 0, minutes: 60 } });
    expect(endsOf(played)).toEqual(["archived"]);
    expect(played.jobs.values().next().value?.attempt).toBe(1);
  });
});

describe("a fault of one invocation", () => {
  const occasions: Record<string, Partial<History>> = {
    CheckStatus: {},
    ArchiveVideo: {},
    JobApi: {},
    AkoolWebhook: { jobs: [{ ...PLAIN_JOB, webhookExpected: true }] },
    ExecutionEnded: { actions: [{ kind: "abort", job: 0, after: 10 }] },
    Sweeper: { actions: [{ kind: "abort", job: 0, after: 10 }] },
    RecordFailure: {
      faults: [
        { operation: "akool:source", nth: 1, times: 1, name: "source-redirected-elsewhere" },
      ],
    },
  };
  const cases = INVOCATION_KINDS.flatMap((kind) =>
    Object.keys(occasions).map((name) => [kind, name] as const),
  );

  it.each(cases)("%s is made up for: %s", async (kind, name) => {
    const played = await playWell({
      ...occasions[name],
      invocations: [{ function: name, nth: 1, kind }],
    });
    expect(played.ledger.counts.get(`invocation ${kind}`)).toBe(1);
    expect(endsOf(played)).toEqual(["archived"]);
  });
});

/** A small video is fetched with one request. */
const SOURCE_TWICE: Partial<History> = { jobs: [{ ...PLAIN_JOB, bytes: MEDIUM_BYTES }] };

describe("what somebody does in the very moment of a request", () => {
  const moments = [
    "dynamodb:UpdateItem",
    "akool:poll",
    "akool:source",
    "akool:companion",
    "s3:PutObject",
    "s3:HeadObject",
  ];
  const cases = INTRUSION_NAMES.flatMap((name) =>
    moments.flatMap((operation) => [1, 2].map((nth) => [name, operation, nth] as const)),
  );

  it.each(cases)("%s does no harm: at %s number %i", async (name, operation, nth) => {
    const occasion = operation === "akool:source" ? SOURCE_TWICE : occasionFor(operation);
    const fault = { operation, nth, times: 1, name };
    const played = await playWell({ ...occasion, faults: [...(occasion.faults ?? []), fault] });
    const ends = name === "cancelled-just-then" ? ["cancelled", "archived"] : ["archived"];
    expect(ends).toContain(endsOf(played)[0]);
    expect(played.ledger.counts.get(`fault ${name}`)).toBe(1);
  });
});

/** What an action is played in, and what it comes to. */
interface ActionCase extends Partial<History> {
  /** Seconds after the submission; 10 unless told. */
  after?: number;
  end?: string;
  attempt?: number;
  /** How often something is counted. */
  counts?: Record<string, number>;
}

/** A job that waits for a webhook in vain. */
const WAITING = { jobs: [{ ...PLAIN_JOB, webhookExpected: true, webhooksLost: true }] };

const ACTION_CASES: Record<ActionPlan["kind"], ActionCase> = {
  submit: { counts: { "JobApi 202": 1, "JobApi 200": 1, "execution SUCCEEDED": 1 } },
  // Either begins an execution, which ends as a duplicate.
  "submit-by-event": { counts: { "execution SUCCEEDED": 2 } },
  start: { counts: { "execution SUCCEEDED": 2 } },
  cancel: { end: "cancelled", counts: { "execution ABORTED": 1 } },
  // Sooner than the sweeper would.
  retry: {
    after: 200,
    faults: [{ operation: "akool:source", nth: 1, times: 1, name: "source-redirected-elsewhere" }],
    attempt: 2,
    // It comes once more to look for uploads, since two runs have copied.
    counts: { "JobApi 202": 2, "execution SUCCEEDED": 2, sweep: 1 },
  },
  "webhook-2": { ...WAITING, after: 30, counts: { "AkoolWebhook 200": 1 } },
  "webhook-3": { ...WAITING, after: 90, counts: { "AkoolWebhook 200": 1, sweep: 0 } },
  "webhook-replayed": { ...WAITING, after: 90, counts: { "AkoolWebhook 200": 2, sweep: 0 } },
  "webhook-forged": { ...WAITING, counts: { "AkoolWebhook 400": 1, "AkoolWebhook 200": 0 } },
  abort: { attempt: 2, counts: { "execution ABORTED": 1, "execution SUCCEEDED": 1 } },
  redrive: {
    actions: [{ kind: "abort", job: 0, after: 10 }],
    after: 20,
    counts: { "execution ABORTED": 1, "execution SUCCEEDED": 1, sweep: 0 },
  },
};

describe("what callers and operators do", () => {
  it.each(ACTIONS)("%s comes to what it should", async (kind) => {
    const { after = 10, end = "archived", attempt = 1, counts, ...rest } = ACTION_CASES[kind];
    const action = { kind, job: 0, after };
    const played = await playWell({ ...rest, actions: [...(rest.actions ?? []), action] });
    expect([...played.jobs.values()]).toMatchObject([{ status: end, attempt }]);
    const counted = Object.keys(counts ?? {}).map(
      (name) => [name, played.ledger.counts.get(name) ?? 0] as const,
    );
    expect(Object.fromEntries(counted)).toEqual(counts);
  });

  it("an execution that takes too long is made up for by the sweeper", async () => {
    const slow = { ...PLAIN_JOB, processSeconds: 600 };
    const played = await playWell({ executionHours: 0.1, jobs: [slow] });
    expect(played.ledger.counts.get("execution TIMED_OUT")).toBe(1);
    expect(endsOf(played)).toEqual(["archived"]);
  });

  it("a job that is started twice is followed once", async () => {
    const start = { kind: "start" as const, job: 0, after: 10 };
    const played = await playWell({ actions: [start, start], eagerness: 9 });
    expect(played.jobs.values().next().value?.attempt).toBe(1);
  });

  it("a job whose webhooks are all lost is archived", async () => {
    const played = await playWell({
      jobs: [{ ...PLAIN_JOB, webhookExpected: true, webhooksLost: true }],
    });
    expect(endsOf(played)).toEqual(["archived"]);
  });

  it("a file that comes minutes late is archived within the attempt", async () => {
    const played = await playWell({
      faults: [{ operation: "akool:source", nth: 1, times: 8, name: "source-404" }],
    });
    expect(played.ledger.counts.get("fault source-404")).toBe(8);
    expect([...played.jobs.values()]).toMatchObject([{ status: "archived", attempt: 1 }]);
  });

  it("a video that is never to be had ends expired", async () => {
    const played = await playWell({
      faults: [
        {
          operation: "akool:source",
          nth: 1,
          times: 1_000_000,
          name: "source-redirected-elsewhere",
        },
      ],
      // Until seven days after its completion it may still come.
      faultyMinutes: (7 * 24 + 12) * 60,
    });
    expect(endsOf(played)).toEqual(["expired"]);
    const types = played.ledger.events.map((event) => event["detail-type"]);
    expect(types).toContain(VIDEO_EXPIRING_DETAIL_TYPE);
  });

  it.each(["gone", "page"] as const)(
    "a file beside a video that is never to be had is warned of, and given up: %s",
    async (companions) => {
      const played = await playWell({ jobs: [{ ...PLAIN_JOB, companions }] });

      expect(endsOf(played)).toEqual(["archived"]);
      expect(companionsOf(played).toSorted()).toEqual(["archived", "archived", "failed"]);
      const types = played.ledger.events.map((event) => event["detail-type"]);
      expect(types).toContain(COMPANIONS_EXPIRING_DETAIL_TYPE);
      expect(types).not.toContain(COMPANIONS_ARCHIVED_DETAIL_TYPE);
    },
  );

  it.each(["named-late", "served-late"] as const)(
    "a file beside a video that comes later is archived as well: %s",
    async (companions) => {
      const played = await playWell({ jobs: [{ ...PLAIN_JOB, companions }] });

      expect(companionsOf(played)).toEqual(["archived", "archived", "archived"]);
      expect([...played.jobs.values()]).toMatchObject([{ companionRuns: 1, attempt: 1 }]);
    },
  );
});
