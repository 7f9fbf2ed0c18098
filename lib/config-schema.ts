import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as z from "zod/mini";

/**
 * What a deployment can be set to. Every value has a default, so that `cdk deploy` needs none.
 *
 * Values come from CDK context: the object `archiver` in `cdk.json`
 * (`"context": { "archiver": { "pollMinSeconds": 10 } }`), and, with precedence, single values on
 * the command line (`cdk deploy -c archiver.pollMinSeconds=10`).
 */
export interface ArchiverConfig {
  /** AKOOL's API, https, without a slash at the end. Default `https://openapi.akool.com/api/open`. */
  readonly akoolBaseUrl: string;
  /** Name of the Secrets Manager secret with AKOOL's key. Default `akool-video-archiver/akool`. */
  readonly akoolSecretName: string;
  /** Shortest wait between two polls of a job, in seconds (1 to 3600). Default 5. */
  readonly pollMinSeconds: number;
  /** Longest wait between two polls, in seconds (`pollMinSeconds` to 3600). Default 300. */
  readonly pollMaxSeconds: number;
  /** How long an unfinished job is followed, in hours (0.001 to 168). Default 24. */
  readonly trackingDeadlineHours: number;
  /** Hosts that videos may come from: comma-separated suffixes. Default `.cloudfront.net,.akool.com`. */
  readonly downloadAllowedHosts: string;
  /** Largest video that is copied, in bytes (1 to 5 TiB). Default 5 GiB. */
  readonly maxVideoBytes: number;
  /** How long records of finished jobs are kept, in days (0 to 3650); 0 keeps them. Default 0. */
  readonly finishedJobRetentionDays: number;
  /** How long logs are kept, in days; one of the periods that CloudWatch Logs has. Default 90. */
  readonly logRetentionDays: RetentionDays;
  /** What deleting the stack does to the job table and the videos. Default `retain`. */
  readonly removalPolicy: "retain" | "destroy";
}

const GIBIBYTE = 1024 ** 3;
const LARGEST_S3_OBJECT = 5 * 1024 * GIBIBYTE;
/** AKOOL deletes a video after 7 days: following a job for longer could not save it. */
const VIDEO_LIFETIME_HOURS = 168;

const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === "number" && days !== RetentionDays.INFINITE,
);

/** The command line gives text where cdk.json gives a number. */
const number = z.transform((value: unknown) =>
  typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
);
const wholeNumber = (min: number, max: number) =>
  z.pipe(number, z.int().check(z.gte(min), z.lte(max)));

function isPlainHttpsUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Anything that parsing would add, drop or rewrite makes the two differ.
  return url?.protocol === "https:" && text === `${url.origin}${url.pathname}`.replace(/\/$/, "");
}

/** Parses the settings; everything that is not set gets its default. */
export const configSchema = z.object({
  akoolBaseUrl: z._default(
    z.string().check(z.refine(isPlainHttpsUrl)),
    "https://openapi.akool.com/api/open",
  ),
  akoolSecretName: z._default(
    z.string().check(z.regex(/^[\w/+=.@-]{1,512}$/)),
    "akool-video-archiver/akool",
  ),
  pollMinSeconds: z._default(wholeNumber(1, 3600), 5),
  pollMaxSeconds: z._default(wholeNumber(1, 3600), 300),
  trackingDeadlineHours: z._default(
    z.pipe(number, z.number().check(z.gte(0.001), z.lte(VIDEO_LIFETIME_HOURS))),
    24,
  ),
  downloadAllowedHosts: z._default(
    z.string().check(z.regex(/^\.?[a-z0-9-]+(\.[a-z0-9-]+)+(,\.?[a-z0-9-]+(\.[a-z0-9-]+)+)*$/)),
    ".cloudfront.net,.akool.com",
  ),
  maxVideoBytes: z._default(wholeNumber(1, LARGEST_S3_OBJECT), 5 * GIBIBYTE),
  finishedJobRetentionDays: z._default(wholeNumber(0, 3650), 0),
  logRetentionDays: z._default(z.pipe(number, z.literal(LOG_RETENTION_DAYS)), 90),
  removalPolicy: z._default(z.enum(["retain", "destroy"]), "retain"),
}) satisfies z.ZodMiniType<ArchiverConfig>;

export type Option = keyof ArchiverConfig;

/** What each value must be and why, as an error message says it. */
export const RULES: Record<Option, { readonly must: string; readonly because: string }> = {
  akoolBaseUrl: {
    must: "be an https URL without user name, query, fragment or slash at the end",
    because: "the API key travels with every request and paths are appended to it",
  },
  akoolSecretName: {
    must: "be a Secrets Manager name: 1 to 512 letters, digits or any of /_+=.@-",
    because: "AKOOL's API key is read from that secret",
  },
  pollMinSeconds: {
    must: "be a whole number of seconds from 1 to 3600",
    because: "AKOOL throttles clients that ask too often",
  },
  pollMaxSeconds: {
    must: "be a whole number of seconds from 1 to 3600",
    because: "a finished video is noticed no later than this",
  },
  trackingDeadlineHours: {
    must: `be a number of hours from 0.001 to ${VIDEO_LIFETIME_HOURS}`,
    because: "AKOOL deletes a video 7 days after its creation",
  },
  downloadAllowedHosts: {
    must: "be lower-case host suffixes of two labels or more, separated by commas alone",
    because: "videos are fetched from these hosts only",
  },
  maxVideoBytes: {
    must: `be a whole number of bytes from 1 to ${LARGEST_S3_OBJECT}`,
    because: "S3 stores no object above 5 TiB",
  },
  finishedJobRetentionDays: {
    must: "be a whole number of days from 0 (keep for ever) to 3650",
    because: "DynamoDB deletes the record after that",
  },
  logRetentionDays: {
    must: `be one of ${LOG_RETENTION_DAYS.join(", ")} days`,
    because: "CloudWatch Logs has no other periods",
  },
  removalPolicy: {
    must: 'be "retain" or "destroy"',
    because: "it decides whether records and videos outlive the stack",
  },
};
