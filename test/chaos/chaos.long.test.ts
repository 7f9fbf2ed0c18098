import { afterAll, beforeAll, expect, it } from "vitest";
import { reportBroken } from "./report.ts";
import { runHistories } from "./run-histories.ts";
import { openWorld, type World } from "./world.ts";

/** What CI plays every time; `npm run chaos` plays more, and others. */
const RUNS = 12;
const SEED = 20_260_105;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

it("no invariant is broken in random histories of faults", async () => {
  const { broken } = await runHistories(world, { seed: SEED, runs: RUNS });
  expect(broken && reportBroken(broken)).toBeUndefined();
}, 300_000);
