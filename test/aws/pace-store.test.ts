import { dynaliteTable, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPaceStore } from "#aws/pace-store.ts";
import { USUAL_PACE } from "#domain/polling/shared-pace.ts";

let table: TestStore;
beforeAll(async () => {
  table = await dynaliteTable();
});
afterAll(() => table.close());

it("keeps one pace, which of two writers at once only one replaces", async () => {
  const paces = createPaceStore(table.client, TABLE, 30_000);
  expect(await paces.read()).toEqual(USUAL_PACE);

  const first = await Promise.all([
    paces.replace(USUAL_PACE, { rate: 0.5, at: 1_000 }),
    paces.replace(USUAL_PACE, { rate: 0.25, at: 2_000 }),
  ]);
  const kept = await paces.read();

  expect(first.toSorted()).toEqual([false, true]);
  expect(await paces.replace(USUAL_PACE, { rate: 0.1, at: 3_000 })).toBe(false);
  expect(await paces.replace(kept, { rate: 0.125, at: 4_000 })).toBe(true);
  expect(await paces.read()).toEqual({ rate: 0.125, at: 4_000 });
});
