import { expect, it } from "vitest";
import { jobView } from "#http/views.ts";
import { acceptedJob } from "#test/support/jobs.ts";

const translation = { deduction_duration: 10, progress: 40, type: 8 };

it.each(["queueing", "processing"] as const)("progress is shown while a job is %s", (status) => {
  const view = jobView({ ...acceptedJob(), status, akool: translation });

  expect(view).toMatchObject({ progress: 40, creditsCharged: 10, akool: translation });
});

it.each(["completed", "archived", "failed"] as const)("no progress of one that is %s", (status) => {
  expect(jobView({ ...acceptedJob(), status, akool: translation })).not.toHaveProperty("progress");
});

it("neither is shown where AKOOL tells neither", () => {
  const view = jobView({ ...acceptedJob(), status: "processing", akool: { progress: "half" } });

  expect(view).not.toHaveProperty("progress");
  expect(view).not.toHaveProperty("creditsCharged");
});
