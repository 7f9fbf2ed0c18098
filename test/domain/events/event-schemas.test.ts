import { describe, expect, it } from "vitest";
import {
  jobRequestedDetailSchema,
  statusChangeDetailSchema,
} from "#domain/events/event-schemas.ts";
import { dueChanges } from "#domain/events/events.ts";
import { JOB_STATUSES } from "#domain/job/job-status.ts";
import { jobWith, VIDEO_ID } from "#test/support/jobs.ts";

describe("the schema of status change events", () => {
  it.each(JOB_STATUSES)("describes what is published for a job that is %s", (status) => {
    const failure = { code: "X", reason: "y", party: "source" } as const;
    const job = jobWith(status, { akool: { resolution: "720p" }, failure });

    for (const { detail } of dueChanges(job)) {
      expect(statusChangeDetailSchema.parse(detail)).toEqual(detail);
    }
  });
});

describe("the schema of requests", () => {
  it("is that of the state machine's input", () => {
    expect(jobRequestedDetailSchema.parse({ videoModelId: VIDEO_ID })).toEqual({
      videoModelId: VIDEO_ID,
    });
  });
});
