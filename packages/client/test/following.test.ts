import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { json, recorded } from "./recorded.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const job = (status: string, more = {}) => json({ videoModelId: ID, status, ...more });

describe("waiting for a video", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("tells each change once, waits through archive_failed, and ends with the job", async () => {
    const statuses = ["accepted", "accepted", "archive_failed", "completed", "archived"];
    const { archiver } = recorded(...statuses.map((status) => () => job(status)));
    const seen: string[] = [];

    const waited = archiver.waitUntilArchived(ID, { onChange: ({ status }) => seen.push(status) });
    await vi.runAllTimersAsync();

    expect(await waited).toMatchObject({ status: "archived" });
    expect(seen).toEqual(["accepted", "archive_failed", "completed", "archived"]);
  });

  it.each(["failed", "rejected", "not_found", "timed_out", "cancelled", "expired"])(
    "ends with an error when the job is %s",
    async (status) => {
      const failure = { code: "1", reason: "why", party: "job" };
      const { archiver } = recorded(() => job(status, { failure }));

      await expect(archiver.waitUntilArchived(ID)).rejects.toMatchObject({
        name: "JobNotArchived",
        job: { status },
        message: `${ID} is ${status}: why`,
      });
    },
  );

  it("asks ever less often, at least every 15 s", async () => {
    const times: number[] = [];
    const { archiver } = recorded(() => {
      times.push(Date.now());
      return job(times.length > 40 ? "archived" : "processing");
    });

    const waited = archiver.waitUntilArchived(ID);
    await vi.runAllTimersAsync();
    await waited;

    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses[0]).toBe(1_000);
    expect(Math.max(...pauses)).toBe(15_000);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  });

  it("ends when the caller's signal does", async () => {
    const { archiver } = recorded(() => job("processing"));
    const interruption = new AbortController();

    const waited = archiver.waitUntilArchived(ID, { signal: interruption.signal });
    const outcome = expect(waited).rejects.toThrow("enough");
    setTimeout(() => interruption.abort(new Error("enough")), 5_000);
    await vi.advanceTimersByTimeAsync(5_000);

    await outcome;
  });
});

describe("going through jobs", () => {
  it("follows the cursor until there is none, also over an empty page", async () => {
    const page = (ids: string[], cursor?: string) => () =>
      json({ jobs: ids.map((videoModelId) => ({ videoModelId })), cursor });
    const { archiver, requests } = recorded(page(["a", "b"], "1"), page([], "2"), page(["c"]));

    const ids: string[] = [];
    for await (const { videoModelId } of archiver.iterateJobs({ status: "failed" })) {
      ids.push(videoModelId);
    }

    expect(ids).toEqual(["a", "b", "c"]);
    expect(requests.map(({ path }) => path)).toEqual([
      "/jobs?status=failed&limit=100",
      "/jobs?status=failed&cursor=1&limit=100",
      "/jobs?status=failed&cursor=2&limit=100",
    ]);
  });
});
