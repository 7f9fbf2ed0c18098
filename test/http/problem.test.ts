import { describe, expect, it } from "vitest";
import { RequestRefused } from "#domain/refusals.ts";
import { problemOf } from "#http/problem.ts";

describe("a refusal as the API answers it", () => {
  it("has the status and title of its reason, and its facts as members", () => {
    const problem = problemOf(
      new RequestRefused("job-ended", "it failed", { jobStatus: "failed" }),
    );

    expect(problem.toDocument()).toEqual({
      type: "urn:akool-video-archiver:problem:job-ended",
      title: "The job has ended",
      status: 409,
      detail: "it failed",
      jobStatus: "failed",
    });
    expect(problem.details.headers).toEqual({});
  });

  it("says in a header when the request may be sent again", () => {
    const refused = new RequestRefused("akool-unavailable", "later", { retryAfterSeconds: 30 });

    expect(problemOf(refused).details.headers).toEqual({ "retry-after": "30" });
    expect(problemOf(refused).toDocument()).not.toHaveProperty("retryAfterSeconds");
  });

  it("links to the settlement of a submission whose outcome is not known", () => {
    const refused = new RequestRefused("submission-unknown", "who knows", {
      idempotencyKey: "a:b",
    });

    expect(problemOf(refused).toDocument()).toMatchObject({
      settlement: "/character-swaps/a%3Ab/settlement",
    });
    expect(problemOf(refused).toDocument()).not.toHaveProperty("idempotencyKey");
  });
});
