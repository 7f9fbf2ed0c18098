import { TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { expect } from "vitest";
import { createRateLimitStore } from "#aws/rate-limit-store.ts";
import { FULL_RATE } from "#domain/polling/rate-limit.ts";

it("holds one rate limit, which only one of two concurrent writers replaces", async ({ table }) => {
  const rateLimits = createRateLimitStore(table.client, TABLE, 30_000);
  expect(await rateLimits.read()).toEqual(FULL_RATE);

  const first = await Promise.all([
    rateLimits.replace(FULL_RATE, { rate: 0.5, at: 1_000 }),
    rateLimits.replace(FULL_RATE, { rate: 0.25, at: 2_000 }),
  ]);
  const kept = await rateLimits.read();

  expect(first.toSorted()).toEqual([false, true]);
  expect(await rateLimits.replace(FULL_RATE, { rate: 0.1, at: 3_000 })).toBe(false);
  expect(await rateLimits.replace(kept, { rate: 0.125, at: 4_000 })).toBe(true);
  expect(await rateLimits.read()).toEqual({ rate: 0.125, at: 4_000 });
});
