import { describe, expect, it } from "vitest";
import { withFirstPage, withJobs, withNextPage } from "../../app/logic/merge-pages.ts";
import { pollPause } from "../../app/logic/poll-pause.ts";
import { visibleRows } from "../../app/logic/virtual-rows.ts";

/** Newer jobs have higher numbers. */
const jobs = (...numbers: number[]) =>
  numbers.map((number) => ({
    videoModelId: `job-${number}`,
    acceptedAt: new Date(1_700_000_000_000 + number * 1000).toISOString(),
  }));

const numbersOf = (list: readonly { videoModelId: string }[]) =>
  list.map(({ videoModelId }) => Number(videoModelId.slice(4)));

describe("the first page, read anew", () => {
  const loaded = { jobs: jobs(9, 8, 7, 6, 5, 4), cursor: "after 4" };

  it("brings new jobs, and older ones stay with their cursor", () => {
    const merged = withFirstPage(loaded, { jobs: jobs(11, 10, 9), cursor: "after 9" });

    expect(numbersOf(merged.jobs)).toEqual([11, 10, 9, 8, 7, 6, 5, 4]);
    expect(merged.cursor).toBe("after 4");
  });

  it("drops what has left the view", () => {
    const merged = withFirstPage(loaded, { jobs: jobs(9, 7, 6), cursor: "after 6" });

    expect(numbersOf(merged.jobs)).toEqual([9, 7, 6, 5, 4]);
  });

  it("is all there is, where it is the last one", () => {
    const merged = withFirstPage(loaded, { jobs: jobs(9), cursor: undefined });

    expect(merged).toEqual({ jobs: jobs(9), cursor: undefined });
    expect(withFirstPage(loaded, { jobs: [], cursor: undefined }).jobs).toEqual([]);
  });

  it("stands alone where so many are new that the two do not meet", () => {
    const fresh = { jobs: jobs(30, 29, 28), cursor: "after 28" };

    expect(withFirstPage(loaded, fresh)).toBe(fresh);
  });

  it("takes the place of a list that was no longer", () => {
    const fresh = { jobs: jobs(9, 8, 7), cursor: "after 7" };

    expect(withFirstPage({ jobs: jobs(8, 7), cursor: "after 7" }, fresh)).toBe(fresh);
  });
});

it("the next page adds what is not there yet", () => {
  const loaded = { jobs: jobs(3, 2), cursor: "a" };

  const more = withNextPage(loaded, { jobs: jobs(2, 1), cursor: undefined });

  expect(numbersOf(more.jobs)).toEqual([3, 2, 1]);
  expect(more.cursor).toBeUndefined();
});

it("single jobs are replaced, and the list is the same where there are none", () => {
  const loaded = { jobs: jobs(2, 1), cursor: undefined };
  const [changed] = jobs(1).map((job) => ({ ...job, acceptedAt: "changed" }));

  expect(withJobs(loaded, [])).toBe(loaded);
  expect(changed && withJobs(loaded, [changed]).jobs[1]).toBe(changed);
});

describe("the rows that are drawn", () => {
  it("are few of 10,000, wherever the window is", () => {
    for (const scrolled of [-500, 0, 123_456, 439_000, 1_000_000]) {
      const { first, end, before, after } = visibleRows(10_000, 44, { scrolled, height: 900 });

      expect(end - first).toBeLessThan(60);
      expect(before + after + (end - first) * 44).toBe(440_000);
    }
  });

  it("cover the window", () => {
    const { first, end } = visibleRows(10_000, 44, { scrolled: 44_000, height: 900 });

    expect(first).toBeLessThanOrEqual(1_000);
    expect(end).toBeGreaterThanOrEqual(1_021);
  });

  it("are all, where they are few", () => {
    expect(visibleRows(3, 44, { scrolled: 0, height: 900 })).toEqual({
      first: 0,
      end: 3,
      before: 0,
      after: 0,
    });
    expect(visibleRows(0, 44, { scrolled: 0, height: 900 }).end).toBe(0);
  });
});

describe("the pause between two polls", () => {
  it("is short while something changes, and longer while nothing does", () => {
    expect(pollPause(true, 0)).toBe(2_000);
    expect(pollPause(false, 0)).toBe(10_000);
  });

  it("doubles with each failure, up to half a minute", () => {
    expect([1, 2, 3, 4, 5, 60].map((failures) => pollPause(false, failures))).toEqual([
      2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });
});
