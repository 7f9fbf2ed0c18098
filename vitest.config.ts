import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const FOLDERS = "{test,packages/*/test}";

/**
 * Tests of functions alone, and of the template: no state in a module, no environment, no server. They
 * share a worker and what it has loaded, which is most of what such a file costs.
 */
const PURE = [
  "test/{domain,archive/content}/**/*.test.ts",
  "test/lib/**/*.test.ts",
  // That one puts something else in the place of a module.
  "test/akool/!(client).test.ts",
];
const LONG = "**/*.{long,slow}.test.ts";

export default defineConfig({
  test: {
    // What kills processes for minutes, is statistical, plays in a browser or waits in real time is called
    // `*.long.test.ts`: `npm test` leaves it to `npm run test:long`, and CI runs both.
    // One test of that kind in another file has the tag `long`.
    // What takes longer than CI may is called `*.slow.test.ts`, and has `npm run test:slow`.
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: [`${FOLDERS}/**/*.test.ts`],
          exclude: [LONG, ...PURE],
        },
      },
      {
        extends: true,
        test: { name: "pure", include: PURE, exclude: [LONG], isolate: false },
      },
      { extends: true, test: { name: "long", include: [`${FOLDERS}/**/*.long.test.ts`] } },
      {
        extends: true,
        test: {
          name: "slow",
          include: [`${FOLDERS}/**/*.slow.test.ts`],
          testTimeout: 600_000,
        },
      },
    ],
    tags: [{ name: "long", description: "left to npm run test:long, and run by CI" }],
    // Many tests wait for real servers, and leave their processor to another.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
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
        "packages/{akool-simulator,cli,client,console,local-aws}/src/**/*.ts",
        "packages/console/app/logic/**/*.ts",
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
