import { stat } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { synthesize } from "#local/stack/synthesize.ts";

/**
 * Bytes that a function's bundle may have: about a twentieth more than it has. Each 100 kB are some
 * milliseconds of every cold start, so that what makes a bundle larger is to be chosen, not to happen.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  AkoolWebhook: 580_000,
  ArchiveVideo: 910_000,
  CheckStatus: 620_000,
  ExecutionEnded: 520_000,
  ImportsPlanImport: 560_000,
  ImportsSubmitLines: 850_000,
  ImportsSummarizeImport: 850_000,
  JobApi: 1_185_000,
  RecordFailure: 525_000,
  Sweeper: 710_000,
};
/** Of a function that is not listed: one with DynamoDB and one more client. */
const ORDINARY_BUDGET = 550_000;

let sizes: ReadonlyMap<string, number>;

beforeAll(async () => {
  const { functions } = await synthesize();
  const bundles = [...functions.values()].map(
    async ({ logicalId, bundlePath }) =>
      [logicalId.replace(/Function[0-9A-F]{8}$/, ""), (await stat(bundlePath)).size] as const,
  );
  sizes = new Map(await Promise.all(bundles));
});

describe("the bundles that are deployed", () => {
  it("stay within their budgets", () => {
    const over = [...sizes].filter(([name, bytes]) => bytes > (BUDGETS[name] ?? ORDINARY_BUDGET));

    expect(Object.fromEntries(over)).toEqual({});
  });

  it("are those that have a budget", () => {
    expect([...sizes.keys()]).toEqual(expect.arrayContaining(Object.keys(BUDGETS)));
  });
});
