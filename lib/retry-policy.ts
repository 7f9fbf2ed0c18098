import { Duration } from "aws-cdk-lib";
import { JitterType, type RetryProps } from "aws-cdk-lib/aws-stepfunctions";

/** Lambda could not run the function, or could not say what became of it. */
const LAMBDA_SERVICE_ERRORS = [
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
];
/** The function crashed or ran out of time; it may have done part of its work. */
const LAMBDA_INTERRUPTIONS = ["Lambda.Unknown", "Sandbox.Timedout", "States.Timeout"];
/** Another attempt would meet the same source: the record is to say so at once. */
const SOURCE_ERRORS = ["DownloadRefused", "NotAVideo", "VideoTooLarge", "SourceGone"];

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

const lambdaTransient = transient([...LAMBDA_SERVICE_ERRORS, ...LAMBDA_INTERRUPTIONS]);

const anythingElse: RetryProps = {
  errors: ["States.ALL"],
  interval: Duration.seconds(3),
  backoffRate: 2,
  maxAttempts: 3,
};

/** For functions that take seconds: Lambda's transient errors patiently, all others briefly. */
export const shortFunctionRetries: readonly RetryProps[] = [lambdaTransient, anythingElse];

/**
 * For copying a video. A run that crashed or timed out counts among "anything else": eight more
 * of a quarter of an hour each would cost much and help little.
 */
export const archiveRetries: readonly RetryProps[] = [
  { errors: SOURCE_ERRORS, maxAttempts: 0 },
  transient(LAMBDA_SERVICE_ERRORS),
  anythingElse,
];

/** For RecordFault, whose own error `TrackingFault` must end the execution. */
export const faultRetries: readonly RetryProps[] = [lambdaTransient];

/** For events: about an hour and a quarter, since an outage of the bus must not end a job. */
export const publishRetries: readonly RetryProps[] = [
  {
    errors: ["States.ALL"],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxDelay: Duration.seconds(300),
    maxAttempts: 20,
  },
];
