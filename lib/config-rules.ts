import { MAX_OBJECT_TAGS } from "#domain/job/object-tags.ts";
import { READABLE_CLASSES } from "#domain/settings/storage-classes.ts";
import {
  LARGEST_S3_OBJECT,
  LOG_RETENTION_DAYS,
  type Option,
  VIDEO_LIFETIME_HOURS,
} from "./config-schema.ts";
import type { Rule } from "./config-values.ts";
import { CONSOLE_RULES } from "./console/console-config.ts";
import { MAX_DAYS } from "./storage-schema.ts";

/** What each value must be and why. */
export const RULES: Record<Option, Rule> = {
  stage: {
    must: "be a lower-case word: 1 to 30 letters, digits or hyphens, a letter first",
    because: "it becomes part of the names of the stack and of all that is in it",
    example: "staging",
  },
  costCenter: {
    must: "be 1 to 256 letters, digits, spaces or any of _.:/=+@-",
    because: "AWS takes no other characters in the value of a tag",
  },
  akoolBaseUrl: {
    must: "be an https URL without user name, query or fragment",
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
  acceptableDelaySeconds: {
    must: "be a number of seconds from 1 to 1800",
    because: "polls at least 1 and at most 3600 seconds apart are that late on average",
    example: "10",
  },
  trackingDeadlineHours: {
    must: `be a number of hours from 0.001 to ${VIDEO_LIFETIME_HOURS}`,
    because: "AKOOL deletes a video 7 days after its creation",
  },
  downloadAllowedHosts: {
    must: "be hosts or suffixes such as .cloudfront.net, of two labels or more, separated by commas",
    because: "videos are fetched from these hosts only",
  },
  maxVideoBytes: {
    must: `be a whole number of bytes from 1 to ${LARGEST_S3_OBJECT}`,
    because: "S3 stores no object above 5 TiB",
  },
  videoKeyTemplate: {
    must: "be a text such as {yyyy}/{mm}/{file_name}={videoModelId}",
    because: "the keys of videos are made by it",
  },
  videoObjectTags: {
    must: `be at most ${MAX_OBJECT_TAGS} different names of tags, each of up to 128 letters, digits, blanks or any of _.=/+@-`,
    because: "S3 takes no more tags of an object, and no other characters in their names",
    example: "team,project",
  },
  archiveStorageClass: {
    must: `be one of ${READABLE_CLASSES.join(", ")}`,
    because: "what was archived can be read at once; colder classes are for videoTransitions",
  },
  videoTransitions: {
    must:
      'be a list such as [{"storageClass": "GLACIER_IR", "afterDays": 90}], of S3\'s colder classes and ' +
      `whole numbers of days from 1 to ${MAX_DAYS}`,
    because: "it becomes the lifecycle rules of the bucket",
    example: `'[{"storageClass":"GLACIER_IR","afterDays":90}]'`,
  },
  videoRetentionDays: {
    must: `be a whole number of days from 1 to ${MAX_DAYS}`,
    because: "S3 deletes videos and sidecars after that",
    example: "365",
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
  videoUrlSeconds: {
    must: "be a whole number of seconds from 60 to 43200",
    because: "whoever has the link can fetch the video until then",
  },
  jwtIssuer: {
    must: "be an https URL without user name, query or fragment",
    because: "API Gateway fetches the issuer's keys from it",
    example: "https://login.example.com/",
  },
  jwtAudience: {
    must: "be one audience, without spaces or commas",
    because: "a token that was meant for another service must not open this one",
    example: "video-archiver",
  },
  corsAllowedOrigins: {
    must: "be origins (https, or http on this machine), separated by commas alone",
    because: "a browser compares them letter by letter, and any other page is to be kept out",
    example: "https://videos.example.com",
  },
  apiDomainName: {
    must: "be a host name in lower case, without https:// or a path",
    because: "API Gateway answers under it, and AKOOL calls it",
    example: "videos.example.com",
  },
  apiCertificateArn: {
    must: "be the ARN of a certificate in ACM",
    because: "API Gateway proves with it that the host name is yours",
    example: "arn:aws:acm:eu-west-1:123456789012:certificate/0e1c2a52-0000-4000-8000-000000000000",
  },
  apiRateLimit: {
    must: "be a whole number of requests a second from 1 to 10000",
    because: "that is API Gateway's ordinary quota for a whole account",
  },
  apiBurstLimit: {
    must: "be a whole number of requests from 1 to 5000",
    because: "that is API Gateway's ordinary quota for a whole account",
  },
  webhookRateLimit: {
    must: "be a whole number of requests a second from 1 to 10000",
    because: "that is API Gateway's ordinary quota for a whole account",
  },
  webhookBurstLimit: {
    must: "be a whole number of requests from 1 to 5000",
    because: "that is API Gateway's ordinary quota for a whole account",
  },
  webhookConcurrency: {
    must: "be a whole number of webhooks from 1 to 1000",
    because: "Lambda reserves as much of the account's concurrency for them",
    example: "20",
  },
  eventBusName: {
    must: "be the name of an event bus: 1 to 256 letters, digits or any of ._-",
    because: "the archiver publishes to that bus and listens on it",
    example: "company-events",
  },
  eventArchiveDays: {
    must: "be a whole number of days from 0 (keep for ever) to 3650",
    because: "EventBridge deletes archived events after that",
  },
  eventArchive: {
    must: "be true or false",
    because: "it decides whether events can be replayed, which not every region can",
    example: "false",
  },
  schemaRegistry: {
    must: "be true or false",
    because: "it decides whether the events' schemas are registered, which not every region can",
    example: "false",
  },
  webhookWindowHours: {
    must: `be a whole number of hours from 1 to ${VIDEO_LIFETIME_HOURS}`,
    because: "a webhook with an older timestamp is refused, and none outlives its video",
  },
  webhookStartsTracking: {
    must: "be true or false",
    because: "it decides whether a webhook alone has a video followed",
  },
  akoolConcurrency: {
    must: "be a whole number of polls from 1 to 1000",
    because: "Lambda reserves as much of the account's concurrency for them",
    example: "50",
  },
  archiveConcurrency: {
    must: "be a whole number of copies from 1 to 1000",
    because: "Lambda reserves as much of the account's concurrency for them",
    example: "100",
  },
  importConcurrency: {
    must: "be a whole number of batches from 1 to 100",
    because: "every batch starts executions, for which an account has a rate",
  },
  importSources: {
    must: "be places in S3 as bucket/prefix, of letters, digits or any of ./_=@+-, separated by commas alone",
    because: "lines are read from there, and nobody else is to choose where",
    example: "my-bucket/videos/",
  },
  ledgerTags: {
    must: "be at most three names of tags, separated by commas",
    because: "the sums of each are kept for every hour",
    example: "team,project",
  },
  creditBudget: {
    must: "be a number of credits above 0",
    because: "shares of it are warned of",
    example: "5000",
  },
  creditBudgetPer: {
    must: 'be "day" or "month"',
    because: "the ledger is kept by day",
  },
  creditBudgetWarnAt: {
    must: "be up to ten shares above 0 and up to 10, separated by commas",
    because: "each is warned of once in a period",
  },
  creditBudgetStopsSwaps: {
    must: "be true or false",
    because: "it decides whether a character swap is refused that the budget does not cover",
  },
  alarmTopicArn: {
    must: "be the ARN of a standard SNS topic",
    because: "CloudWatch publishes alarms to it",
    example: "arn:aws:sns:eu-west-1:123456789012:alarms",
  },
  alarmEmail: {
    must: "be one e-mail address",
    because: "SNS sends it a message to confirm, and then every alarm",
    example: "video-alarms@example.com",
  },
  slackWorkspaceId: {
    must: "be the id of a workspace: upper-case letters and digits",
    because: "Amazon Q Developer in chat applications knows authorized workspaces by it",
    example: "T012ABCDEFG",
  },
  slackChannelId: {
    must: "be the id of a channel: letters and digits, the last part of its address",
    because: "a channel's name may change",
    example: "C012ABCDEFG",
  },
  runbookUrl: {
    must: "be an https URL without user name, query or fragment",
    because: "each alarm appends the entry that is about it",
    example: "https://git.example.com/video-archiver/docs/operations.md",
  },
  ...CONSOLE_RULES,
};
