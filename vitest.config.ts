import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
    // Most tests wait for real servers: on two cores, two workers are nearly twice as fast.
    maxWorkers: "100%",
    // They end what hangs, and are no measure of anything: a machine may do other things as well.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    coverage: {
      provider: "v8",
      include: [
        "bin/**/*.ts",
        "lib/**/*.ts",
        "functions/**/*.ts",
        "local/**/*.ts",
        "packages/{akool-simulator,client,local-aws}/src/**/*.ts",
      ],
      reporter: ["text-summary", "text", "json-summary"],
      thresholds: {
        lines: 95,
        branches: 95,
        "functions/domain/**": { lines: 100, branches: 100, functions: 100, statements: 100 },
      },
    },
  },
});
