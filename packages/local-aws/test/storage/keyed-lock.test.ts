import { expect, test } from "vitest";
import { KeyedLock } from "../../src/storage/keyed-lock.ts";

test("work under one key runs one after another, even after a failure", async () => {
  const lock = new KeyedLock();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const done: string[] = [];

  const first = lock.run("k", async () => {
    await gate;
    done.push("first");
    throw new Error("failed");
  });
  const second = lock.run("k", async () => done.push("second"));
  await lock.run("other", async () => done.push("other"));
  open();

  await expect(first).rejects.toThrow("failed");
  expect(await second).toBe(3);
  expect(done).toEqual(["other", "first", "second"]);
});
