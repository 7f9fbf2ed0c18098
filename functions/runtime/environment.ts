import * as z from "zod/mini";
import { readKeyTemplate } from "#domain/job/key-template.ts";
import { readAkoolBaseUrl } from "#domain/settings/akool-address.ts";
import {
  readApiKey,
  readClientId,
  readClientSecret,
  readToken,
} from "#domain/settings/akool-credentials.ts";
import { readAllowedHosts } from "#domain/settings/allowed-hosts.ts";
import { readLedgerTags, readShares } from "#domain/settings/ledger-settings.ts";
import { readAs } from "#domain/settings/read-as.ts";
import { READABLE_CLASSES } from "#domain/settings/storage-classes.ts";

/** An environment variable is missing, or has a value that the function cannot use. */
export class InvalidEnvironment extends Error {
  override readonly name = "InvalidEnvironment";
}

const name = z.string("must be set").check(z.minLength(1, "must not be empty"));

function numberFrom(minimum: number, maximum: number) {
  const message = `must be a number from ${minimum} to ${maximum}`;
  return z.pipe(
    z.string(message).check(z.regex(/^\d+(\.\d+)?$/, message)),
    z.pipe(
      z.transform(Number),
      z.number().check(z.minimum(minimum, message), z.maximum(maximum, message)),
    ),
  );
}

const keyTemplate = z.pipe(
  name,
  z.transform((given: string, context) => {
    const { template, problem } = readKeyTemplate(given);
    if (problem === undefined) return template;
    context.issues.push({ code: "custom", message: problem, input: "" });
    return z.NEVER;
  }),
);

const common = {
  JOB_TABLE_NAME: name,
  EVENT_BUS_NAME: name,
  /** Days after the end of a job at which its record is deleted; 0 keeps it. */
  FINISHED_JOB_RETENTION_DAYS: numberFrom(0, 3_650),
  LEDGER_TABLE_NAME: name,
  /** Names of the tags that the ledger is grouped by, separated by commas. */
  LEDGER_TAGS: z.optional(readAs(name, readLedgerTags)),
};

/** Credits of AKOOL's for a period, and the shares at which to warn; absent without a budget. */
const budget = {
  CREDIT_BUDGET: z.optional(numberFrom(0, 1e12)),
  CREDIT_BUDGET_PER: z.optional(z.enum(["day", "month"])),
  CREDIT_BUDGET_WARN_AT: z.optional(readAs(name, readShares)),
};

/** All but the last are set in a local run only; in AWS they come from the secret. */
const credentials = {
  AKOOL_API_KEY: z.optional(readAs(name, readApiKey)),
  AKOOL_CLIENT_ID: z.optional(readAs(name, readClientId)),
  AKOOL_CLIENT_SECRET: z.optional(readAs(name, readClientSecret)),
  AKOOL_TOKEN: z.optional(readAs(name, readToken)),
  AKOOL_SECRET_NAME: z.optional(name),
};

const akool = { AKOOL_BASE_URL: readAs(name, readAkoolBaseUrl), ...credentials };

/** How a function reaches AKOOL. */
export interface AkoolEnvironment extends AkoolCredentialsEnvironment {
  AKOOL_BASE_URL: string;
}

/** Its credentials; see `AkoolSecret`. */
export interface AkoolCredentialsEnvironment {
  AKOOL_API_KEY?: string | undefined;
  AKOOL_CLIENT_ID?: string | undefined;
  AKOOL_CLIENT_SECRET?: string | undefined;
  AKOOL_TOKEN?: string | undefined;
  AKOOL_SECRET_NAME?: string | undefined;
}

/** Where AKOOL's webhooks reach this deployment; absent where they cannot. */
const webhook = { WEBHOOK_URL: z.optional(name) };

/** Hours from the start of tracking. */
const trackingDeadline = { TRACKING_DEADLINE_HOURS: numberFrom(0.001, 168) };

export const executionEndedEnvironment = z.object({ ...common, ...trackingDeadline });

export const recordFailureEnvironment = z.object({ ...common, ...trackingDeadline });

export const sweepEnvironment = z.object({
  ...common,
  ...trackingDeadline,
  STATE_MACHINE_ARN: name,
  VIDEO_BUCKET_NAME: name,
  ...budget,
});

const importBucket = { IMPORT_BUCKET_NAME: name };

/** Where the console is hosted: the API that it calls, and what it takes to read and to operate. */
const hostedConsole = {
  CONSOLE_API_ID: z.optional(name),
  CONSOLE_READ_SCOPE: z.optional(name),
  CONSOLE_OPERATE_SCOPE: z.optional(name),
  CONSOLE_OPERATOR_GROUP: z.optional(name),
};

export const jobApiEnvironment = z.object({
  ...common,
  ...akool,
  ...trackingDeadline,
  ...webhook,
  SUBMISSION_TABLE_NAME: name,
  VIDEO_BUCKET_NAME: name,
  STATE_MACHINE_ARN: name,
  /** Lifetime of a presigned URL; SigV4 allows 7 days. */
  VIDEO_URL_SECONDS: numberFrom(60, 604_800),
  /** Whether S3 is asked for a video before a link to it is given. */
  VIDEO_LINKS_CHECKED: z.pipe(
    z.enum(["true", "false"]),
    z.transform((text) => text === "true"),
  ),
  ...importBucket,
  IMPORT_STATE_MACHINE_ARN: name,
  /** `bucket/prefix`, separated by commas: where imports may be read from. */
  IMPORT_SOURCES: name,
  ...hostedConsole,
  ...budget,
  /** Whether a character swap is refused that the budget does not cover. */
  CREDIT_BUDGET_STOPS_SWAPS: z.enum(["true", "false"]),
});

/** Of the function that numbers the lines of an import. */
export const planImportEnvironment = z.object(importBucket);

export const submitLinesEnvironment = z.object({
  ...common,
  ...trackingDeadline,
  STATE_MACHINE_ARN: name,
});

export const akoolWebhookEnvironment = z.object({
  ...common,
  ...credentials,
  ...trackingDeadline,
  DELIVERY_TABLE_NAME: name,
  STATE_MACHINE_ARN: name,
  /** How far a webhook's timestamp may be from now. */
  WEBHOOK_WINDOW_HOURS: numberFrom(1, 168),
  WEBHOOK_STARTS_TRACKING: z.enum(["true", "false"]),
});

export const checkStatusEnvironment = z
  .object({
    ...common,
    ...akool,
    POLL_MIN_SECONDS: numberFrom(1, 3_600),
    POLL_MAX_SECONDS: numberFrom(1, 3_600),
    /** Mean delay in noticing a completion that learned schedules aim at. */
    ACCEPTABLE_DELAY_SECONDS: z.optional(numberFrom(1, 1_800)),
    ...webhook,
    ...trackingDeadline,
  })
  .check(
    z.refine((env) => env.POLL_MIN_SECONDS <= env.POLL_MAX_SECONDS, {
      error: "must not be greater than POLL_MAX_SECONDS",
      path: ["POLL_MIN_SECONDS"],
    }),
  );

export const archiveVideoEnvironment = z.object({
  ...common,
  ...akool,
  VIDEO_BUCKET_NAME: name,
  /** Comma-separated host suffixes. */
  DOWNLOAD_ALLOWED_HOSTS: readAs(name, readAllowedHosts),
  MAX_VIDEO_BYTES: numberFrom(1, 5 * 1024 ** 4),
  VIDEO_KEY_TEMPLATE: keyTemplate,
  /** Names, separated by commas. */
  VIDEO_OBJECT_TAGS: z.optional(
    z.pipe(
      name,
      z.transform((names: string) => names.split(",")),
    ),
  ),
  VIDEO_STORAGE_CLASS: z.enum(READABLE_CLASSES),
});

/** In AWS the secret has them. */
type LocalOnly = "AKOOL_API_KEY" | "AKOOL_CLIENT_ID" | "AKOOL_CLIENT_SECRET" | "AKOOL_TOKEN";
/** Set where the configuration has a value for it. */
type Optional =
  | "ACCEPTABLE_DELAY_SECONDS"
  | "VIDEO_OBJECT_TAGS"
  | "LEDGER_TAGS"
  | keyof typeof budget
  | keyof typeof hostedConsole;

/** The variables that the stack has to set for a function: those of its schema, as text. */
type VariablesOf<Schema extends z.ZodMiniType> = {
  [Name in Exclude<keyof z.input<Schema>, LocalOnly | Optional>]-?: NonNullable<
    z.input<Schema>[Name]
  >;
} & {
  [Name in keyof z.input<Schema> & Optional]?: NonNullable<z.input<Schema>[Name]>;
};

export type CheckStatusVariables = VariablesOf<typeof checkStatusEnvironment>;
export type ArchiveVideoVariables = VariablesOf<typeof archiveVideoEnvironment>;
export type RecordFailureVariables = VariablesOf<typeof recordFailureEnvironment>;
export type ExecutionEndedVariables = VariablesOf<typeof executionEndedEnvironment>;
export type JobApiVariables = VariablesOf<typeof jobApiEnvironment>;
export type AkoolWebhookVariables = VariablesOf<typeof akoolWebhookEnvironment>;
export type SweepVariables = VariablesOf<typeof sweepEnvironment>;
export type PlanImportVariables = VariablesOf<typeof planImportEnvironment>;
export type SubmitLinesVariables = VariablesOf<typeof submitLinesEnvironment>;

/**
 * Reads a function's environment, once at its start.
 *
 * @throws InvalidEnvironment naming every variable at fault, never its value
 */
export function readEnvironment<T extends z.ZodMiniType>(
  schema: T,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<T> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new InvalidEnvironment(`invalid environment: ${faults.join("; ")}`);
}
