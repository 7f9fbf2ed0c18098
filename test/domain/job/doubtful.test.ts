import { describe, expect, it } from "vitest";
import { archiveDoubtful } from "#domain/job/doubtful.ts";
import { observe } from "#domain/job/transition.ts";
import { DOUBTFUL, jobWith, OBSERVATIONS, START } from "#test/support/jobs.ts";

const failure = { code: "VIDEO_EXPIRED", reason: "AKOOL has deleted it", party: "source" } as const;
const kept = jobWith("archive_failed", { doubtful: DOUBTFUL, failure });

describe("a job of which a file is kept that is not whole", () => {
  it.each(["expired", "failed"] as const)("is archived as that when it would end %s", (status) => {
    const job = archiveDoubtful(kept, status, START, failure);

    const { keptAt: _keptAt, ...file } = DOUBTFUL;
    expect(job).toMatchObject({
      status: "archived",
      archive: {
        ...file,
        archivedAt: "2026-01-05T12:00:00.000Z",
        doubts: [...DOUBTFUL.doubts, "AKOOL has deleted it"],
      },
      // Whoever gives a video up is not certain to publish that.
      sweepAt: expect.any(String),
    });
    expect(job?.statusHistory.at(-1)).toMatchObject({ reason: "AKOOL has deleted it" });
    expect(job).not.toHaveProperty("doubtful");
    expect(job).not.toHaveProperty("failure");
  });

  it("keeps it beside any other end, after which a whole file may still come", () => {
    expect(archiveDoubtful(kept, "timed_out", START, failure)).toBeUndefined();
  });

  it("has no doubts but those that were there when no reason is given", () => {
    const { doubts: _doubts, ...undoubted } = DOUBTFUL;
    const job = archiveDoubtful({ ...kept, doubtful: undoubted }, "failed", START, undefined);

    expect(job?.archive?.doubts).toEqual([]);
  });

  it("is archived when AKOOL says of it that it has failed", () => {
    const job = observe(jobWith("processing", { doubtful: DOUBTFUL }), OBSERVATIONS.failed, START);

    expect(job).toMatchObject({ status: "archived", archive: { key: DOUBTFUL.key } });
  });

  it("ends without a video where nothing is kept", () => {
    expect(archiveDoubtful(jobWith("completed"), "expired", START, failure)).toBeUndefined();
  });
});
