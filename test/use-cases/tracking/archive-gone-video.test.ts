import { describe, expect, it } from "vitest";
import { DownloadRefused, NotAVideo, SourceGone, SourceUnavailable } from "#archive/errors.ts";
import { OBSERVATIONS, VIDEO_URL } from "#test/support/jobs.ts";
import { AccountAtFault } from "#use-cases/tracking/fresh-answer.ts";
import { archiveTests } from "./archive-tests.ts";

const FRESH_URL = "https://other.cloudfront.net/fresh.mp4";

const given = archiveTests();

describe("a video that is gone from its address", () => {
  const gone = new SourceGone("HTTP 404");

  it.each([
    ["gone", gone],
    ["a page", new NotAVideo("an HTML page")],
    ["one that is not fetched from", new DownloadRefused("host a.example")],
  ])(
    "is fetched from the fresh address that AKOOL gives: what is at the old one is %s",
    async (_, error) => {
      given.test.base.answers.push({
        ...OBSERVATIONS.completed,
        akool: { video: FRESH_URL },
        videoUrl: FRESH_URL,
      });

      await given.test.archive({
        ...given.test.dependencies,
        copier: given.test.copierFor({ [VIDEO_URL]: error, [FRESH_URL]: "ok" }),
      });

      expect(given.test.copied).toEqual([VIDEO_URL, FRESH_URL]);
      expect(await given.test.record()).toMatchObject({
        status: "archived",
        akool: { video: FRESH_URL },
        archive: { sourceUrl: FRESH_URL },
      });
    },
  );

  it.each([
    ["gives the same address", OBSERVATIONS.completed],
    ["does not know the job any more", OBSERVATIONS.not_found],
  ])("stays gone when AKOOL %s", async (_, answer) => {
    given.test.base.answers.push(answer);

    await expect(
      given.test.archive({
        ...given.test.dependencies,
        copier: given.test.copierFor({ [VIDEO_URL]: gone }),
      }),
    ).rejects.toThrow(SourceGone);
    expect(given.test.copied).toEqual([VIDEO_URL]);
    expect(given.test.base.polls).toEqual([given.test.videoModelId]);
  });
});

describe("a video that is gone while AKOOL cannot be asked", () => {
  it("waits for the account when that is what AKOOL refuses", async () => {
    given.test.base.answers.push(OBSERVATIONS.account_fault);
    const copier = given.test.copierFor({ [VIDEO_URL]: new SourceGone("HTTP 404") });

    await expect(given.test.archive({ ...given.test.dependencies, copier })).rejects.toThrow(
      AccountAtFault,
    );
  });

  it.each(["throttled", "unavailable"] as const)(
    "(%s) may come back: the workflow tries again",
    async (kind) => {
      given.test.base.answers.push(OBSERVATIONS[kind]);
      const copier = given.test.copierFor({ [VIDEO_URL]: new SourceGone("HTTP 404") });

      await expect(given.test.archive({ ...given.test.dependencies, copier })).rejects.toThrow(
        SourceUnavailable,
      );
    },
  );
});
