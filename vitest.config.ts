import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const FOLDERS = "{test,packages/*/test}";

/**
 * Tests that leave modules, environment and globals as they are. They share a worker and what it has
 * loaded, which is most of what such a file costs. The files left out here change one of these, or
 * measure the memory of the process.
 */
const SHARED = [
  "test/{docs,domain,lib}/**/*.test.ts",
  "test/akool/!(client).test.ts",
  "test/archive/**/!(download-proxy|ssrf).test.ts",
  "test/aws/!(meter).test.ts",
  "test/use-cases/**/!(execution-ended).test.ts",
  "packages/akool-simulator/test/**/!(results).test.ts",
  "packages/console/test/**/!(first-alone).test.ts",
  "packages/local-aws/test/**/!(bodies|callbacks|engine|open-event-router|presigned|redrive|schedules).test.ts",
];
const LONG = "**/*.{long,slow}.test.ts";

export default defineConfig({
  test: {
    globalSetup: "test/support/temporary-files.ts",
    // What kills processes for minutes, is statistical, plays in a browser or waits in real time is called
    // `*.long.test.ts`, or has the tag `long`: `npm test` leaves it to `npm run test:long`, and CI runs both.
    // What takes longer than CI may is called `*.slow.test.ts`, and has `npm run test:slow`.
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: [`${FOLDERS}/**/*.test.ts`],
          exclude: [LONG, ...SHARED],
        },
      },
      {
        extends: true,
        test: { name: "shared", include: SHARED, exclude: [LONG], isolate: false },
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
