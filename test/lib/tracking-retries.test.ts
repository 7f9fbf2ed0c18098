import { beforeAll, describe, expect, it } from "vitest";
import { synthesizeTemplate } from "#test/support/synthesize.ts";
import { type Definition, trackingDefinitionOf } from "#test/support/tracking-definition.ts";

const SERVICE_ERRORS = [
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
];

/** Lasts as long as an execution may: at 300 s on average, 8 days have 2,304 tries. */
const THROTTLED = {
  ErrorEquals: ["Lambda.TooManyRequestsException"],
  IntervalSeconds: 20,
  BackoffRate: 2,
  MaxDelaySeconds: 600,
  MaxAttempts: 5_000,
  JitterStrategy: "FULL",
};

let definition: Definition;
beforeAll(() => {
  definition = trackingDefinitionOf(synthesizeTemplate());
});

const retriesOf = (name: string) => definition.States[name]?.Retry ?? [];

describe("retries", () => {
  const SHORT_FUNCTION_RETRIES = [
    THROTTLED,
    {
      ErrorEquals: [...SERVICE_ERRORS, "Lambda.Unknown", "Sandbox.Timedout", "States.Timeout"],
      IntervalSeconds: 2,
      BackoffRate: 2,
      MaxDelaySeconds: 60,
      MaxAttempts: 8,
      JitterStrategy: "FULL",
    },
    { ErrorEquals: ["States.ALL"], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 3 },
  ];

  it("of RecordArchiveFailure are patient with Lambda and brief with everything else", () => {
    expect(retriesOf("RecordArchiveFailure")).toEqual(SHORT_FUNCTION_RETRIES);
  });

  it("of CheckStatus are the same, but leave out a malformed request", () => {
    expect(retriesOf("CheckStatus")).toEqual([
      { ErrorEquals: ["InvalidInput"], MaxAttempts: 0 },
      ...SHORT_FUNCTION_RETRIES,
    ]);
  });

  it("of ArchiveVideo leave out what another attempt cannot change", () => {
    expect(retriesOf("ArchiveVideo")).toEqual([
      { ErrorEquals: ["DownloadRefused", "VideoTooLarge"], MaxAttempts: 0 },
      {
        ErrorEquals: ["SourceGone", "NotAVideo", "NotSubtitles", "SourceIncomplete"],
        IntervalSeconds: 5,
        BackoffRate: 2,
        MaxDelaySeconds: 60,
        MaxAttempts: 8,
      },
      {
        ErrorEquals: ["SourceInterrupted"],
        IntervalSeconds: 5,
        BackoffRate: 2,
        MaxDelaySeconds: 60,
        MaxAttempts: 6,
      },
      {
        ErrorEquals: ["AccountAtFault"],
        IntervalSeconds: 30,
        BackoffRate: 2,
        MaxDelaySeconds: 300,
        MaxAttempts: 300,
        JitterStrategy: "FULL",
      },
      THROTTLED,
      expect.objectContaining({ ErrorEquals: SERVICE_ERRORS, MaxAttempts: 8 }),
      {
        ErrorEquals: ["Lambda.Unknown", "Sandbox.Timedout", "States.Timeout"],
        IntervalSeconds: 3,
        BackoffRate: 2,
        MaxAttempts: 3,
      },
      {
        ErrorEquals: ["States.ALL"],
        IntervalSeconds: 5,
        BackoffRate: 2,
        MaxDelaySeconds: 120,
        MaxAttempts: 6,
      },
    ]);
  });

  it("of ArchiveVideo run a quarter of an hour again three times at most", () => {
    for (const error of ["States.Timeout", "Lambda.Unknown"]) {
      const retrier = retriesOf("ArchiveVideo").find(({ ErrorEquals }) =>
        ErrorEquals.some((name: string) => name === error || name === "States.ALL"),
      );
      expect(retrier?.MaxAttempts).toBe(3);
    }
  });

  it("of RefuseRequest outlast an hour's outage of the queue", () => {
    expect(retriesOf("RefuseRequest")).toEqual([
      {
        ErrorEquals: ["States.ALL"],
        IntervalSeconds: 1,
        BackoffRate: 2,
        MaxDelaySeconds: 300,
        MaxAttempts: 20,
      },
    ]);
  });

  it("of RecordFault never repeat its own TrackingFault", () => {
    expect(retriesOf("RecordFault")).toEqual([
      { ErrorEquals: ["TrackingFault"], MaxAttempts: 0 },
      ...SHORT_FUNCTION_RETRIES,
    ]);
  });
});
