import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  bottleneck,
  jobsADay,
  needed,
  polledJob,
  pollsASecond,
  pollsAt,
  QUOTAS,
  webhookJob,
} from "#scripts/capacity-model.ts";
import { capacityTables } from "#scripts/capacity-tables.ts";

const quotaOf = (name: string) => {
  const found = QUOTAS.find((quota) => quota.name === name);
  if (found === undefined) throw new RangeError(`no quota ${name}`);
  return found;
};

describe("what a job takes", () => {
  it("is one poll when it has ended already", () => {
    expect(pollsAt(0)).toBe(1);
  });

  it("is a poll every five seconds at first, then one each time its age has grown by a tenth", () => {
    expect(pollsAt(50)).toBe(11);
    expect(pollsAt(110)).toBe(polledJob().polls);
    expect(pollsAt(220) - pollsAt(110)).toBeLessThan(9);
  });

  it("is ten transitions for a job whose webhooks come, as the workflow's tests count them", () => {
    expect(webhookJob().transitions).toBe(1 + 3 * webhookJob().polls);
  });
});

describe("capacity", () => {
  it("is a quota's rate over a day, divided by what a job needs of it", () => {
    const job = { ...polledJob(), transitions: 50 };

    expect(jobsADay(quotaOf("state transitions"), job, "large")).toBe((1_500 * 86_400) / 50);
    expect(jobsADay(quotaOf("StartExecution"), job, "other")).toBe(150 * 86_400);
  });

  it("ends at the transitions for polled jobs", () => {
    expect(bottleneck(polledJob(), "large").name).toBe("state transitions");
    expect(bottleneck(polledJob(), "other").name).toBe("state transitions");
  });

  it("and need are each other's inverse", () => {
    for (const quota of QUOTAS) {
      const jobs = jobsADay(quota, polledJob(), "large");

      expect(needed(quota, polledJob(), jobs)).toBeCloseTo(quota.large);
    }
  });

  it("counts polls AKOOL", () => {
    expect(pollsASecond({ ...polledJob(), polls: 10 }, 86_400)).toBe(10);
  });
});

it("docs/capacity.md has the tables as the script makes them", () => {
  const page = readFileSync(new URL("../../docs/capacity.md", import.meta.url), "utf8");

  for (const table of capacityTables()) expect(page).toContain(table);
});
