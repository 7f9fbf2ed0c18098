import {
  dynaliteTable,
  SUBMISSION_TABLE,
  type TestStore,
} from "@akool-archiver/test-support/dynamodb.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSubmissionList, type SubmissionPlace } from "#aws/submission-list.ts";
import { createSubmissionStore, type Submission } from "#aws/submission-store.ts";
import { START } from "#test/support/jobs.ts";
import { countUnknown, listSubmissions } from "#use-cases/swaps/list-submissions.ts";

const iso = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

let table: TestStore;
const dependencies = () => ({
  submissionList: createSubmissionList(table.client, SUBMISSION_TABLE),
  now: () => START + 10 * 60_000,
});

beforeAll(async () => {
  table = await dynaliteTable();
  const store = createSubmissionStore(table.client, SUBMISSION_TABLE);
  const add = (idempotencyKey: string, state: Submission["state"], minutes: number) =>
    store.create({
      ...{ idempotencyKey, state, requestHash: "x", request: {}, tags: {}, version: 1 },
      ...{ estimatedCredits: 10, createdAt: iso(minutes), updatedAt: iso(minutes) },
    });
  await add("created-1", "created", 1);
  await add("created-2", "created", 2);
  await add("created-3", "created", 2);
  await add("refused", "refused", 3);
  await add("unknown", "submit_unknown", 4);
  await add("cut-off", "submitting", 5);
  await add("under-way", "submitting", 9.5);
});
afterAll(() => table.close());

async function all(state: Submission["state"] | undefined, limit: number) {
  const keys: string[] = [];
  let after: SubmissionPlace | undefined;
  do {
    const page = await listSubmissions(dependencies(), { state, limit, after });
    keys.push(...page.submissions.map(({ idempotencyKey }) => idempotencyKey));
    after = page.next;
  } while (after !== undefined);
  return keys;
}

const NEWEST_FIRST = [
  ...["under-way", "cut-off", "unknown", "refused", "created-3", "created-2", "created-1"],
];

describe("the list of submissions", () => {
  it.each([1, 2, 3, 100])("has each of them once, newest first, %i a page", async (limit) => {
    expect(await all(undefined, limit)).toEqual(NEWEST_FIRST);
  });

  it.each([
    ["created", ["created-3", "created-2", "created-1"]],
    ["refused", ["refused"]],
    ["submitting", ["under-way"]],
    ["submit_unknown", ["cut-off", "unknown"]],
  ] as const)("has those that are %s now", async (state, expected) => {
    expect(await all(state, 100)).toEqual(expected);
    expect(await all(state, 1)).toEqual(expected);
  });
});

describe("the count of those that a person has to settle", () => {
  it("has those that were cut off", async () => {
    expect(await countUnknown(dependencies(), "0", iso(60))).toBe(2);
  });

  it("is that of a range", async () => {
    expect(await countUnknown(dependencies(), iso(4), iso(4))).toBe(1);
    expect(await countUnknown(dependencies(), iso(5), iso(5))).toBe(1);
    expect(await countUnknown(dependencies(), iso(6), iso(60))).toBe(0);
    expect(await countUnknown(dependencies(), iso(30), iso(60))).toBe(0);
  });
});

it("adds up what those of a state were expected to cost", async () => {
  const { submissionList } = dependencies();

  expect(await submissionList.estimate("created", iso(2), iso(60))).toBe(20);
  expect(await submissionList.estimate("created", iso(60), iso(2))).toBe(0);
});
