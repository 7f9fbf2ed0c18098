/** What the command says again of AKOOL and of the archiver, which it does not import. */
import { isEnded as isEndedForClients } from "@akool-archiver/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEnded, JOB_STATUSES } from "#domain/job/job-status.ts";
import { deadlineHoursSchema, videoModelIdSchema } from "#domain/job/tracking-request.ts";
import { webhookSecretProblem } from "#domain/settings/akool-credentials.ts";
import { characterSwapSchema, estimateCredits } from "#domain/swaps/character-swap.ts";
import { EXPIRY_WARNING_MS } from "#domain/sweeping/sweep-schedule.ts";
import { jobView } from "#http/views.ts";
import { acceptedJob } from "#test/support/jobs.ts";
import { checkId } from "../../packages/cli/src/commands/ids.ts";
import { deadlineHours } from "../../packages/cli/src/commands/submit.ts";
import { checkExpiring } from "../../packages/cli/src/doctor/jobs.ts";
import { checkSecret } from "../../packages/cli/src/doctor/secret.ts";
import { command } from "../../packages/cli/test/in-process.ts";

/** Whether the command takes it. */
function takes(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

describe("the command agrees with the archiver", () => {
  const ADDRESSES = { image: "https://example.com/a.png", video: "https://example.com/b.mp4" };
  const RESOLUTIONS = ["480p", "720p", "1080p", undefined] as const;
  const DURATIONS = [1, 5, 5.5, 10, 119, 120, undefined];
  const swaps = RESOLUTIONS.flatMap((resolution) =>
    DURATIONS.map((duration) => ({
      ...ADDRESSES,
      ...(resolution !== undefined && { resolution }),
      ...(duration !== undefined && { duration }),
    })),
  );

  it.each(swaps)("on the credits that are told before a swap is created: %j", async (swap) => {
    const values = Object.entries(swap).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const local = ["--local", "http://127.0.0.1:1"];

    // Nobody can be asked here, so that it says what it would ask, and creates nothing.
    const { error } = await command(["swap", "create", "--key", "order-1", ...values, ...local]);

    const { credits, exact } = estimateCredits(characterSwapSchema.parse(swap));
    expect(error).toContain(`AKOOL charges about ${exact ? credits : `up to ${credits}`} `);
  });

  it("on what an id looks like", () => {
    const nearly = fc.stringMatching(/^[A-Za-z0-9_.~ -]{6,66}$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (id) => {
        expect(takes(() => checkId(id))).toBe(videoModelIdSchema.safeParse(id).success);
      }),
    );
  });

  it("on how long a key is that webhooks can be opened with", () => {
    for (let bytes = 1; bytes <= 64; bytes++) {
      const apiKey = "k".repeat(bytes);
      const found = checkSecret(JSON.stringify({ apiKey, clientId: "client" }), "secret");

      const isFine = found.every(({ ok }) => ok);
      expect(isFine, `${bytes} bytes`).toBe(webhookSecretProblem(apiKey) === undefined);
    }
  });

  it("on the longest deadline", () => {
    for (const hours of [1, 24, 167, 168, 169, 1_000]) {
      const isTaken = deadlineHoursSchema.safeParse(hours).success;
      expect(
        takes(() => deadlineHours(`${hours}h`)),
        `${hours} h`,
      ).toBe(isTaken);
    }
  });

  it("on when a video is said to expire soon", async () => {
    const findings = (untilExpiry: number) => {
      const videoExpiresAt = new Date(Date.now() + untilExpiry).toISOString();
      const archiver = {
        async *iterateJobs() {
          yield JSON.parse(JSON.stringify(jobView({ ...acceptedJob(), videoExpiresAt })));
        },
      };
      return checkExpiring(archiver, new AbortController().signal);
    };

    const minute = 60_000;
    expect(await findings(EXPIRY_WARNING_MS + minute)).not.toEqual(
      await findings(EXPIRY_WARNING_MS - minute),
    );
  });

  it("on the ends of a job, but for archive_failed, which is tried again by itself", () => {
    const ended = JOB_STATUSES.filter((status) => isEnded(status) && status !== "archive_failed");

    expect(JOB_STATUSES.filter(isEndedForClients)).toEqual(ended);
  });
});
