import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { interpret } from "#akool/interpret.ts";
import { dueChanges } from "#domain/events/events.ts";
import { observe } from "#domain/job/transition.ts";
import { acceptedJob, START } from "#test/support/jobs.ts";
import { testDependencies } from "#test/support/tracking.ts";

const ID = "689174694b4dbdd4ab3d28c9";
/** EventBridge takes 256 kB. */
const BEARABLE_BYTES = 100_000;

const anyValue = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(null, true, 1e15, 9e15, 2 ** 60, 1e200, -1, "", "x".repeat(100_000)),
);
const anyData = fc.record(
  {
    _id: fc.oneof(fc.constant(ID), anyValue),
    create_time: anyValue,
    update_time: anyValue,
    uid: anyValue,
    video_duration: anyValue,
    file_name: anyValue,
    prompt: anyValue,
    video: fc.oneof(fc.webUrl(), anyValue),
    deduction_credit: anyValue,
    video_status: fc.oneof(fc.integer({ min: 0, max: 9 }), anyValue),
    faceswap_fail_reason: anyValue,
    error_code: anyValue,
  },
  { requiredKeys: [] },
);
const anyBody = fc.record(
  {
    code: fc.oneof(fc.constantFrom(1000, 1000, 1003, 1005, 1008, 1101, 2001), fc.integer()),
    msg: anyValue,
    data: fc.oneof(anyData, anyValue),
  },
  { requiredKeys: [] },
);

describe("whatever AKOOL answers", () => {
  it("can be recorded, read back, and published within the limits of the services", {
    tags: ["long"],
  }, async ({ table }) => {
    const { store } = testDependencies(table);
    let counter = 0;
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        const created = await store.create({
          ...acceptedJob(),
          videoModelId: `any-answer-${counter++}`,
        });

        const seen = interpret(ID, { status: 200, body: JSON.stringify(body) });
        const job = await store.replace(created, observe(created, seen, START + 90_000));

        expect(await store.get(job.videoModelId)).toEqual(job);
        expect(JSON.stringify(dueChanges(job)).length).toBeLessThan(BEARABLE_BYTES);
      }),
      { numRuns: 400 },
    );
  });
});
