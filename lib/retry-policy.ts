import { Duration } from "aws-cdk-lib";
import { JitterType, type RetryProps } from "aws-cdk-lib/aws-stepfunctions";
import { archiveErrorsRetried } from "#domain/job/archive-errors.ts";

/** Lambda could not run the function, or could not say what became of it. */
const LAMBDA_SERVICE_ERRORS = [
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
];
/** No copy of the function was free: of the account, or of the ceiling of its own. Nothing was run. */
const LAMBDA_THROTTLED = "Lambda.TooManyRequestsException";
/** The function crashed or ran out of time; it may have done part of its work. */
const LAMBDA_INTERRUPTIONS = ["Lambda.Unknown", "Sandbox.Timedout", "States.Timeout"];

/** The error of a check whose request has not the shape that it needs. */
export const MALFORMED_REQUEST = "InvalidInput";

function transient(errors: string[]): RetryProps {
  return {
    errors,
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxDelay: Duration.seconds(60),
    maxAttempts: 8,
    // Jobs that were throttled together must not come back together.
    jitterStrategy: JitterType.FULL,
  };
}

/**
 * A call that finds no free copy of the function waits for one as long as an execution may live: being
 * many is no fault. The wait grows to ten minutes and is spread over its whole length, so that a storm
 * spreads itself; a call that is put off for a day takes some 290 tries (transitions) on average.
 */
export const throttledRetries = {
  errors: [LAMBDA_THROTTLED],
  interval: Duration.seconds(20),
  backoffRate: 2,
  maxDelay: Duration.seconds(600),
  maxAttempts: 5_000,
  jitterStrategy: JitterType.FULL,
} satisfies RetryProps;

const lambdaTransient = transient([...LAMBDA_SERVICE_ERRORS, ...LAMBDA_INTERRUPTIONS]);

const anythingElse: RetryProps = {
  errors: ["States.ALL"],
  interval: Duration.seconds(3),
  backoffRate: 2,
  maxAttempts: 3,
};

/** For functions that take seconds: Lambda's transient errors patiently, all others briefly. */
export const shortFunctionRetries: readonly RetryProps[] = [
  throttledRetries,
  lambdaTransient,
  anythingElse,
];

/** For CheckStatus: the same, but a malformed request is malformed at every attempt. */
export const checkRetries: readonly RetryProps[] = [
  { errors: [MALFORMED_REQUEST], maxAttempts: 0 },
  ...shortFunctionRetries,
];

/**
 * The video is gone from its address, and AKOOL refuses the account when it is asked for another: a
 * person has to mend that. About half a day, three history events a try, and within 5 minutes of the
 * mending; what is not mended then ends as `archive_failed`, which the sweeper starts again.
 */
const accountAtFault: RetryProps = {
  errors: archiveErrorsRetried("account"),
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxDelay: Duration.seconds(300),
  maxAttempts: 300,
  jitterStrategy: JitterType.FULL,
};

/**
 * AKOOL may name an address before the file is there, or one that has expired meanwhile: about five
 * minutes, in each of which AKOOL is asked for a fresh one. The workflow waits, since a transition
 * costs a hundredth of what a function costs that waits as long. Decision 0057.
 */
const notThereYet: RetryProps = {
  errors: archiveErrorsRetried("not_there_yet"),
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 8,
};

/** Bodies that broke off: about three minutes. What came by parts is not fetched again. */
const brokenOff: RetryProps = {
  ...notThereYet,
  errors: archiveErrorsRetried("broken_off"),
  maxAttempts: 6,
};

/**
 * For copying a video. A run that crashed or timed out is repeated three times: more of a quarter of
 * an hour each would cost much and help little. A source, or a store, that is not available gets
 * about five minutes.
 */
export const archiveRetries: readonly RetryProps[] = [
  { errors: archiveErrorsRetried("never"), maxAttempts: 0 },
  notThereYet,
  brokenOff,
  accountAtFault,
  throttledRetries,
  transient(LAMBDA_SERVICE_ERRORS),
  { ...anythingElse, errors: LAMBDA_INTERRUPTIONS },
  {
    errors: ["States.ALL"],
    interval: Duration.seconds(5),
    backoffRate: 2,
    maxDelay: Duration.seconds(120),
    maxAttempts: 6,
  },
];

/** Another attempt would find the same source. */
const IMPORT_ERRORS = ["ImportSourceUnreadable", "ImportTooLarge", "EmptyImport"];

/** For PlanImport. */
export const planRetries: readonly RetryProps[] = [
  { errors: IMPORT_ERRORS, maxAttempts: 0 },
  ...shortFunctionRetries,
];

/**
 * For a batch of an import: some 33 minutes at the most, half of that on average. Step Functions and
 * DynamoDB throttle those who start much, and lines that were not started in the end must be imported
 * again.
 */
export const batchRetries: readonly RetryProps[] = [
  {
    errors: ["States.ALL"],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxDelay: Duration.seconds(300),
    maxAttempts: 13,
    jitterStrategy: JitterType.FULL,
  },
];

/** For RecordFault, whose own error `TrackingFault` must end the execution. */
export const faultRetries: readonly RetryProps[] = [
  { errors: ["TrackingFault"], maxAttempts: 0 },
  ...shortFunctionRetries,
];

/** For refused requests: somewhat more than an hour, which outlasts most outages of the queue. */
export const deliveryRetries: readonly RetryProps[] = [
  {
    errors: ["States.ALL"],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxDelay: Duration.seconds(300),
    maxAttempts: 20,
  },
];
