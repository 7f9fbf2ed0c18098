// A process that plays the batches that it is sent; started by workers.ts.
import { type Batch, runHistories } from "./run-histories.ts";
import { openWorld } from "./world.ts";

const world = await openWorld();

process.on("message", async (batch: Batch) => {
  process.send?.(await runHistories(world, batch));
});
// Without its parent nobody asks for anything any more.
process.on("disconnect", () => process.exit());

process.send?.("ready");
