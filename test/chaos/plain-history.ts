import { type History, type JobPlan, LARGE_BYTES, SMALL_BYTES } from "./history.ts";

/** A job that AKOOL completes, submitted by the API and polled. */
export const PLAIN_JOB: JobPlan = {
  entry: "api",
  at: 0,
  queueSeconds: 20,
  processSeconds: 60,
  end: "complete",
  bytes: SMALL_BYTES,
  companions: "none",
  webhookExpected: false,
  webhooksLost: false,
  createdHoursAgo: 0,
  deadlineHours: 3,
};

/** One such job, and nothing that goes wrong. */
export const PLAIN_HISTORY: History = {
  seed: 1,
  eagerness: 0,
  executionHours: 192,
  faultyMinutes: 60,
  sdkRepeats: false,
  jobs: [PLAIN_JOB],
  swaps: [],
  actions: [],
  faults: [],
  invocations: [],
  outages: [],
  wrongKey: null,
};

const LARGE: Partial<History> = { jobs: [{ ...PLAIN_JOB, bytes: LARGE_BYTES }] };
/** Interrupted after the first part, the copy goes on with the second. */
const RESUMED: Partial<History> = {
  ...LARGE,
  faults: [{ operation: "s3:UploadPart", nth: 2, times: 1, name: "lambda-crash-before-effect" }],
};
const TRANSLATED: Partial<History> = { jobs: [{ ...PLAIN_JOB, companions: "all" }] };
const WITH_WEBHOOK: Partial<History> = { jobs: [{ ...PLAIN_JOB, webhookExpected: true }] };
const ABORTED_ONCE: Partial<History> = {
  jobs: [PLAIN_JOB],
  actions: [{ kind: "abort", job: 0, after: 10 }],
};

const CREATED: Partial<History> = {
  jobs: [],
  swaps: [{ at: 0, repeatAfter: 30, repetitions: 2, webhookExpected: false }],
};

/** What has to happen before some operations are asked for at all. */
const OCCASIONS: Readonly<Record<string, Partial<History>>> = {
  "akool:create": CREATED,
  "akool:companion": TRANSLATED,
  // A caller who is to come again finds his key free.
  "dynamodb:DeleteItem": {
    ...CREATED,
    faults: [{ operation: "akool:create", nth: 1, times: 1, name: "create-throttled" }],
  },
  // A run that is not the first looks for what the ones before have left.
  "s3:ListMultipartUploads": RESUMED,
  "s3:HeadObject": RESUMED,
  "s3:CreateMultipartUpload": LARGE,
  "s3:UploadPart": LARGE,
  "s3:CompleteMultipartUpload": LARGE,
  // Another file for the second part: all that was sent is thrown away.
  "s3:AbortMultipartUpload": {
    ...LARGE,
    faults: [{ operation: "akool:source", nth: 2, times: 1, name: "source-changed" }],
  },
  "s3:ListParts": RESUMED,
  "s3:GetObject": RESUMED,
  // Of the upload's record.
  "s3:DeleteObject": LARGE,
  "dynamodb:Query": ABORTED_ONCE,
  "states:DescribeExecution": { actions: [{ kind: "submit", job: 0, after: 10 }] },
  "states:StopExecution": { actions: [{ kind: "cancel", job: 0, after: 10 }] },
  "states:RedriveExecution": {
    actions: [
      { kind: "abort", job: 0, after: 10 },
      { kind: "retry", job: 0, after: 20 },
    ],
  },
  "states:SendTaskSuccess": WITH_WEBHOOK,
};

/** The plain history in which an operation is asked for. */
export function occasionFor(operation: string): History {
  return { ...PLAIN_HISTORY, ...OCCASIONS[operation] };
}
