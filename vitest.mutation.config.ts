import { defineConfig } from "vitest/config";

/** The tests that kill mutants of `functions/domain` and `functions/akool`. Decision 0035. */
export default defineConfig({
  test: {
    include: ["test/domain/**/*.test.ts", "test/akool/**/*.test.ts"],
    // Only names it: whatever kills a mutant is run here.
    tags: [{ name: "long" }],
    // Instrumented code is slow; a mutant that never ends is Stryker's to end.
    testTimeout: 60_000,
  },
});
