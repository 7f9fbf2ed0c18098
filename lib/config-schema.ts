import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as z from "zod/mini";
import { AKOOL_BASE_URL, readAkoolBaseUrl } from "#domain/settings/akool-address.ts";
import { readAllowedHosts } from "#domain/settings/allowed-hosts.ts";
import { readLedgerTags, readShares } from "#domain/settings/ledger-settings.ts";
import { readAs } from "#domain/settings/read-as.ts";
import { READABLE_CLASSES, type ReadableClass } from "#domain/settings/storage-classes.ts";
import {
  HOST_NAME,
  isHttpsUrl,
  isOrigin,
  number,
  trueOrFalse,
  wholeNumber,
} from "./config-values.ts";
import { type ConsoleConfig, consoleOptions } from "./console/console-config.ts";
import { objectTags, retentionDays, transitions, type VideoTransition } from "./storage-schema.ts";

/**
 * What a deployment can be set to. Every value has a default, so that `cdk deploy` needs none.
 *
 * Values come from CDK context: the object `archiver` in `cdk.json`
 * (`"context": { "archiver": { "pollMinSeconds": 10 } }`), and, with precedence, single values on
 * the command line (`cdk deploy -c archiver.pollMinSeconds=10`).
 */
export interface ArchiverConfig extends ConsoleConfig {
  /**
   * One of several environments in an account and region, by a word. Part of every name: the stack
   * is `AkoolVideoArchiver-<stage>`, the secret `akool-video-archiver/<stage>/akool`. Default:
   * none.
   */
  readonly stage?: string | undefined;
  /** Value of the tag `cost-center` of every resource. Default `akool-video-archiver`. */
  readonly costCenter: string;
  /** AKOOL's API, https. Default `https://openapi.akool.com/api/open`. */
  readonly akoolBaseUrl: string;
  /**
   * Name of the Secrets Manager secret with AKOOL's key. Default `akool-video-archiver/akool`, or
   * `akool-video-archiver/<stage>/akool`.
   */
  readonly akoolSecretName: string;
  /** Shortest wait between two polls of a job, in seconds (1 to 3600). Default 5. */
  readonly pollMinSeconds: number;
  /** Longest wait between two polls, in seconds (`pollMinSeconds` to 3600). Default 300. */
  readonly pollMaxSeconds: number;
  /**
   * How late a finished video may be noticed on average, in seconds (1 to 1800, from half of
   * `pollMinSeconds` to half of `pollMaxSeconds`), once the durations of such jobs have been
   * learned. Default: as late as while nothing is known, a twentieth of the duration between these
   * halves.
   */
  readonly acceptableDelaySeconds?: number | undefined;
  /** How long an unfinished job is followed, in hours (0.001 to 168). Default 24. */
  readonly trackingDeadlineHours: number;
  /**
   * Hosts that videos may come from: comma-separated suffixes. Default
   * `.cloudfront.net,.akool.com`.
   */
  readonly downloadAllowedHosts: string;
  /** Largest video that is copied, in bytes (1 to 5 TiB). Default 5 GiB. */
  readonly maxVideoBytes: number;
  /**
   * How the keys of videos are made, of `{videoModelId}` at the end and `{yyyy}`, `{mm}`, `{dd}`,
   * `{type}`, `{file_name}`, `{tag.NAME}`. Default `{videoModelId}`.
   */
  readonly videoKeyTemplate: string;
  /** Tags of a job that its objects get as S3 tags, at most 10. Default: none. */
  readonly videoObjectTags: readonly string[];
  /** The class that videos are stored in, of those that can be read at once. Default `STANDARD`. */
  readonly archiveStorageClass: ReadableClass;
  /** Colder classes that videos are moved to, days after they were stored. Default: none. */
  readonly videoTransitions: readonly VideoTransition[];
  /** Days after which videos and sidecars are deleted (1 to 36500). Default: never. */
  readonly videoRetentionDays?: number | undefined;
  /** How long records of finished jobs are kept, in days (0 to 3650); 0 keeps them. Default 0. */
  readonly finishedJobRetentionDays: number;
  /** How long logs are kept, in days; one of the periods that CloudWatch Logs has. Default 90. */
  readonly logRetentionDays: RetentionDays;
  /** What deleting the stack does to the tables and the videos. Default `retain`. */
  readonly removalPolicy: "retain" | "destroy";
  /**
   * How long a link to a video works, in seconds (60 to 43200). Default 900. A link also ends with
   * the credentials of the function that signed it, which Lambda changes every few hours.
   */
  readonly videoUrlSeconds: number;
  /**
   * Who issues the tokens that the HTTP API accepts: an https URL, spelled as the tokens' `iss`.
   * Only along with `jwtAudience`. Default: none, requests are signed with AWS credentials.
   */
  readonly jwtIssuer?: string | undefined;
  /** The `aud` (or `client_id`) of the tokens that are accepted. Only along with `jwtIssuer`. */
  readonly jwtAudience?: string | undefined;
  /** Web pages that may call the HTTP API: comma-separated origins. Default: none. */
  readonly corsAllowedOrigins?: string | undefined;
  /**
   * A host name of your own for the HTTP API and the webhook. Only along with `apiCertificateArn`;
   * the DNS record that leads to the output `ApiDomainTarget` is yours to make. Default: none.
   */
  readonly apiDomainName?: string | undefined;
  /** ACM's certificate for that host name, in the stack's region. */
  readonly apiCertificateArn?: string | undefined;
  /** Requests that the HTTP API takes, per second in the long run (1 to 10000). Default 50. */
  readonly apiRateLimit: number;
  /** Requests that the HTTP API takes at once (1 to 5000). Default 100. */
  readonly apiBurstLimit: number;
  /**
   * Requests that the webhook's route takes, per second in the long run (1 to 10000). Default 20:
   * apart from those of the callers, of whom a flood there takes nothing.
   */
  readonly webhookRateLimit: number;
  /** Requests that the webhook's route takes at once (1 to 5000). Default 40. */
  readonly webhookBurstLimit: number;
  /**
   * Webhooks that may be dealt with at once (1 to 1000), reserved as `akoolConcurrency`. Default:
   * none.
   */
  readonly webhookConcurrency?: number | undefined;
  /** An existing event bus, by name, in the stack's account and region. Default: one of its own. */
  readonly eventBusName?: string | undefined;
  /** How long events are archived for replay, in days (0 to 3650); 0 keeps them. Default 30. */
  readonly eventArchiveDays: number;
  /** Whether events are archived. Default: unless the region has no archives. */
  readonly eventArchive?: boolean | undefined;
  /** Whether the events' schemas are registered. Default: unless the region has no registry. */
  readonly schemaRegistry?: boolean | undefined;
  /**
   * How far a webhook's timestamp may be from now, in hours (1 to 168). Default 24: AKOOL does not
   * say for how long it repeats a webhook, and a repetition keeps its timestamp.
   */
  readonly webhookWindowHours: number;
  /** Whether a webhook for a video that nobody follows starts following it. Default true. */
  readonly webhookStartsTracking: boolean;
  /**
   * Polls AKOOL that may be under way at once (1 to 1000): reserved concurrency of that function.
   * Default: no ceiling of its own, since Lambda lets an account reserve only what leaves 100 to
   * all other functions, and a new account may have no more than that.
   */
  readonly akoolConcurrency?: number | undefined;
  /**
   * Copies of videos that may be under way at once (1 to 1000): reserved concurrency of that
   * function, so that an import of finished videos leaves the account's other functions room.
   * Default: none, for the reason that `akoolConcurrency` has none.
   */
  readonly archiveConcurrency?: number | undefined;
  /** Batches of an import that are submitted at the same time (1 to 100). Default 5. */
  readonly importConcurrency: number;
  /**
   * Further places that imports may be read from: comma-separated `bucket/prefix`. Default: none
   * beside `imports/` of the deployment's own bucket.
   */
  readonly importSources?: string | undefined;
  /**
   * Tags by whose values the ledger is grouped: comma-separated names, at most three. Default: none.
   */
  readonly ledgerTags?: string | undefined;
  /** Credits of AKOOL's that may be spent in a period. Default: no budget. */
  readonly creditBudget?: number | undefined;
  /** The budget's period, in UTC. Default `month`. */
  readonly creditBudgetPer: "day" | "month";
  /** Shares of the budget at which to warn, comma-separated. Default `0.5,0.8,1`. */
  readonly creditBudgetWarnAt: string;
  /** Whether `POST /character-swaps` refuses what would exceed the budget. Default false. */
  readonly creditBudgetStopsSwaps: boolean;
  /** A standard SNS topic in the stack's region that alarms notify. Default: none. */
  readonly alarmTopicArn?: string | undefined;
  /** An address that alarms are mailed to, once it has confirmed. Default: none. */
  readonly alarmEmail?: string | undefined;
  /**
   * Slack workspace, authorized once in the console, and channel. Both or neither. Default: none.
   */
  readonly slackWorkspaceId?: string | undefined;
  readonly slackChannelId?: string | undefined;
  /** Where `docs/operations.md` is shown, for links in alarms: an https URL. Default: none. */
  readonly runbookUrl?: string | undefined;
}

const GIBIBYTE = 1024 ** 3;
export const LARGEST_S3_OBJECT = 5 * 1024 * GIBIBYTE;
/** AKOOL deletes a video after 7 days: following a job for longer could not save it. */
export const VIDEO_LIFETIME_HOURS = 168;

export const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === "number" && days !== RetentionDays.INFINITE,
);

/** A prefix becomes part of a permission: it must not hold what means more than itself there. */
const IMPORT_SOURCE = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w./=@+-]*$/;

/** Parses the settings; everything that is not set gets its default. */
export const configSchema = z.object({
  stage: z.optional(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,29}$/))),
  costCenter: z._default(
    z.string().check(z.regex(/^[\w.:/=+@-][\w .:/=+@-]{0,255}$/)),
    "akool-video-archiver",
  ),
  akoolBaseUrl: z._default(
    // On this machine nobody listens whom a deployment could ask.
    readAs(z.string(), readAkoolBaseUrl).check(z.refine((url) => isHttpsUrl(url))),
    AKOOL_BASE_URL,
  ),
  akoolSecretName: z._default(
    z.string().check(z.regex(/^[\w/+=.@-]{1,512}$/)),
    "akool-video-archiver/akool",
  ),
  pollMinSeconds: z._default(wholeNumber(1, 3600), 5),
  pollMaxSeconds: z._default(wholeNumber(1, 3600), 300),
  acceptableDelaySeconds: z.optional(z.pipe(number, z.number().check(z.gte(1), z.lte(1800)))),
  trackingDeadlineHours: z._default(
    z.pipe(number, z.number().check(z.gte(0.001), z.lte(VIDEO_LIFETIME_HOURS))),
    24,
  ),
  downloadAllowedHosts: z._default(
    readAs(z.string(), readAllowedHosts),
    ".cloudfront.net,.akool.com",
  ),
  maxVideoBytes: z._default(wholeNumber(1, LARGEST_S3_OBJECT), 5 * GIBIBYTE),
  videoKeyTemplate: z._default(z.string(), "{videoModelId}"),
  videoObjectTags: z._default(objectTags, []),
  archiveStorageClass: z._default(z.enum(READABLE_CLASSES), "STANDARD"),
  videoTransitions: z._default(transitions, []),
  videoRetentionDays: z.optional(retentionDays),
  finishedJobRetentionDays: z._default(wholeNumber(0, 3650), 0),
  logRetentionDays: z._default(z.pipe(number, z.literal(LOG_RETENTION_DAYS)), 90),
  removalPolicy: z._default(z.enum(["retain", "destroy"]), "retain"),
  videoUrlSeconds: z._default(wholeNumber(60, 43_200), 900),
  jwtIssuer: z.optional(z.string().check(z.refine(isHttpsUrl))),
  jwtAudience: z.optional(z.string().check(z.regex(/^[^\s,]+$/))),
  corsAllowedOrigins: z.optional(
    z.string().check(z.refine((text) => text.split(",").every(isOrigin))),
  ),
  apiDomainName: z.optional(z.string().check(z.maxLength(253), z.regex(HOST_NAME))),
  apiCertificateArn: z.optional(
    z.string().check(z.regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/)),
  ),
  apiRateLimit: z._default(wholeNumber(1, 10_000), 50),
  apiBurstLimit: z._default(wholeNumber(1, 5_000), 100),
  webhookRateLimit: z._default(wholeNumber(1, 10_000), 20),
  webhookBurstLimit: z._default(wholeNumber(1, 5_000), 40),
  webhookConcurrency: z.optional(wholeNumber(1, 1_000)),
  eventBusName: z.optional(z.string().check(z.regex(/^[\w.-]{1,256}$/))),
  eventArchiveDays: z._default(wholeNumber(0, 3650), 30),
  eventArchive: z.optional(z.pipe(trueOrFalse, z.boolean())),
  schemaRegistry: z.optional(z.pipe(trueOrFalse, z.boolean())),
  webhookWindowHours: z._default(wholeNumber(1, VIDEO_LIFETIME_HOURS), 24),
  webhookStartsTracking: z._default(z.pipe(trueOrFalse, z.boolean()), true),
  akoolConcurrency: z.optional(wholeNumber(1, 1_000)),
  archiveConcurrency: z.optional(wholeNumber(1, 1_000)),
  importConcurrency: z._default(wholeNumber(1, 100), 5),
  importSources: z.optional(
    z
      .string()
      .check(z.refine((text) => text.split(",").every((place) => IMPORT_SOURCE.test(place)))),
  ),
  ledgerTags: z.optional(readAs(z.string(), readLedgerTags)),
  creditBudget: z.optional(z.pipe(number, z.number().check(z.gt(0), z.lte(1e12)))),
  creditBudgetPer: z._default(z.enum(["day", "month"]), "month"),
  creditBudgetWarnAt: z._default(
    // A single share may be written as the number that it is.
    z.pipe(z.transform(String), readAs(z.string(), readShares)),
    "0.5,0.8,1",
  ),
  creditBudgetStopsSwaps: z._default(z.pipe(trueOrFalse, z.boolean()), false),
  alarmTopicArn: z.optional(
    z.string().check(z.regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/)),
  ),
  alarmEmail: z.optional(z.email()),
  slackWorkspaceId: z.optional(z.string().check(z.regex(/^[0-9A-Z]{1,255}$/))),
  slackChannelId: z.optional(z.string().check(z.regex(/^[A-Za-z0-9]{1,255}$/))),
  runbookUrl: z.optional(z.string().check(z.refine(isHttpsUrl))),
  ...consoleOptions,
}) satisfies z.ZodMiniType<ArchiverConfig>;

export type Option = keyof ArchiverConfig;
