import { TaskFailure } from "@akool-archiver/local-aws/engine/task.ts";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs(undefined, {
  VIDEO_KEY_TEMPLATE: "{yyyy}/{tag.team}/{file_name}={videoModelId}",
});

const SAMPLE = { kind: "sample" } as const;
const DENIED = { kind: "status", status: 403 } as const;

/** What the bucket has of a job, folders left out. */
const filesOf = async (id: string) =>
  (await jobs.workflow.videos()).filter((name) => name.includes(id)).toSorted();

describe("under a template for keys", () => {
  it("a job that expires is warned of, and leaves nothing; its neighbour's files stay", async () => {
    const neighbour = jobs.addJob();
    await jobs.track(neighbour, { tags: { team: "film" } });
    const kept = await filesOf(neighbour);
    expect(kept).toHaveLength(2);
    const id = jobs.addJob({ end: { kind: "complete", file: DENIED } });
    const { job: failed } = await jobs.track(id, { tags: { team: "film" } });
    const keyStem = failed?.keyStem ?? expect.fail("no key was fixed");
    expect(keyStem).toMatch(new RegExp(`^2026/film/[^/.]+=${id}$`));
    // As a copy leaves them that was killed between its last byte and its record.
    await jobs.workflow.putObject(`${keyStem}.mp4`, "video");
    await jobs.workflow.putObject(`doubtful/${keyStem}.mp4`, "part of a video");
    jobs.workflow.sabotage.current = async ({ resource }, run) => {
      if (!resource.includes("ArchiveVideo")) return run();
      throw new TaskFailure("SourceGone", "HTTP 403");
    };

    // The warning is due two days before the end.
    await jobs.workflow.pass(5 * DAY - HOUR);
    const job = await jobs.sweepFor(id, 2 * DAY + 8 * HOUR, 2 * HOUR);

    expect(job).toMatchObject({ status: "expired", keyStem });
    expect(jobs.workflow.warned(id)).toEqual([`${id}/expiring`]);
    expect(await filesOf(id)).toEqual([]);
    expect(await filesOf(neighbour)).toEqual(kept);
  });

  it("a job that is tried again keeps the key of its first copy, whatever its tags are by then", async () => {
    const late = { kind: "late", forMs: HOUR, first: DENIED, file: SAMPLE } as const;
    const id = jobs.addJob({ end: { kind: "complete", file: late } });
    const { job: failed } = await jobs.track(id, { tags: { team: "film" } });
    expect(failed).toMatchObject({ status: "archive_failed" });
    await jobs.workflow.pass(HOUR + MINUTE);

    const { job } = await jobs.track(id, { tags: { team: "ads" } });

    const key = `${failed?.keyStem}.mp4`;
    expect(job).toMatchObject({ status: "archived", attempt: 2, tags: { team: "ads" } });
    expect(job?.archive?.key).toBe(key);
    expect(await filesOf(id)).toEqual([key.replace(/mp4$/, "json"), key]);
  });
});
