import { AKOOL_BASE_URL, readAkoolBaseUrl } from "#domain/settings/akool-address.ts";
import {
  readApiKey,
  readClientId,
  readClientSecret,
  readToken,
  webhookSecretProblem,
} from "#domain/settings/akool-credentials.ts";
import { readAllowedHosts } from "#domain/settings/allowed-hosts.ts";
import { isLoopbackHttp } from "#domain/settings/loopback.ts";
import { pastedValue, type Reading } from "#domain/settings/pasted-value.ts";
import { WEBHOOK_ROUTE } from "#http/routes.ts";
import { UsageError } from "./usage-error.ts";

type Reader = (text: string) => Reading;

/** A value that the functions' own schema checks. */
const plainly =
  (name: string): Reader =>
  (text) => ({ value: pastedValue(text, [name]) });

/** Secrets, which must not appear in a terminal or a log. */
const CONFIDENTIAL: Readonly<Record<string, Reader>> = {
  AKOOL_API_KEY: readApiKey,
  AKOOL_CLIENT_ID: readClientId,
  AKOOL_CLIENT_SECRET: readClientSecret,
  AKOOL_TOKEN: readToken,
};

const OPEN: Readonly<Record<string, Reader>> = {
  AKOOL_BASE_URL: readAkoolBaseUrl,
  DOWNLOAD_ALLOWED_HOSTS: readAllowedHosts,
  ...Object.fromEntries(
    [
      "POLL_MIN_SECONDS",
      "POLL_MAX_SECONDS",
      "ACCEPTABLE_DELAY_SECONDS",
      "TRACKING_DEADLINE_HOURS",
      "MAX_VIDEO_BYTES",
      "VIDEO_KEY_TEMPLATE",
      "VIDEO_OBJECT_TAGS",
      "LEDGER_TAGS",
      "LOG_LEVEL",
    ].map((name) => [name, plainly(name)]),
  ),
};

/** Variables that mean the same here as in Lambda. */
const READERS = { ...CONFIDENTIAL, ...OPEN };

/** Variables for the functions, over the template's. */
export interface FunctionSettings extends Readonly<Record<string, string>> {
  readonly AKOOL_BASE_URL: string;
}

/**
 * The settings of `track` and `serve`, from the command line and the environment, as people paste
 * them. A variable that is empty counts as not set.
 *
 * @throws UsageError when the key is missing, or a value cannot be read; it never quotes the value
 */
export function trackSettings(
  akoolUrl: string | undefined,
  environment: NodeJS.ProcessEnv,
): FunctionSettings {
  if (akoolUrl !== undefined && pastedValue(akoolUrl, []) === "") {
    throw new UsageError(`--akool-url ${readAkoolBaseUrl("").problem}`);
  }
  const given = { ...environment, ...(akoolUrl !== undefined && { AKOOL_BASE_URL: akoolUrl }) };
  const settings = Object.fromEntries(readAll(given, akoolUrl));
  requireOneAuthorization(settings);
  return { ...settings, AKOOL_BASE_URL: settings.AKOOL_BASE_URL ?? AKOOL_BASE_URL };
}

/** The key by default; instead of it a token, or the credentials for one. */
function requireOneAuthorization(settings: Readonly<Record<string, string>>): void {
  const { AKOOL_API_KEY: key, AKOOL_CLIENT_SECRET: secret, AKOOL_TOKEN: token } = settings;
  if (key !== undefined && token !== undefined) {
    throw new UsageError("AKOOL_API_KEY and AKOOL_TOKEN are both set: AKOOL takes one of them");
  }
  if (key !== undefined && secret !== undefined && key !== secret) {
    throw new UsageError(
      "AKOOL_API_KEY and AKOOL_CLIENT_SECRET differ, and at AKOOL they are the same value",
    );
  }
  const pair = settings.AKOOL_CLIENT_ID === undefined ? undefined : secret;
  if ((key ?? token ?? pair) !== undefined) return;
  throw new UsageError(
    "AKOOL_API_KEY is not set. Set it to your AKOOL API key (or AKOOL_TOKEN, or AKOOL_CLIENT_ID and " +
      "AKOOL_CLIENT_SECRET); without one, `npm start` shows a demonstration",
  );
}

/**
 * What was read differently from how it was written; shown at the start, in case something else was
 * meant.
 */
export function readingNotes(
  settings: FunctionSettings,
  akoolUrl: string | undefined,
  environment: NodeJS.ProcessEnv,
): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const fromCommandLine = name === "AKOOL_BASE_URL" && akoolUrl !== undefined;
    const written = fromCommandLine ? akoolUrl : environment[name];
    if (written === undefined || written === "" || written.trim() === value) return [];
    const source = fromCommandLine ? "--akool-url" : name;
    return name in CONFIDENTIAL
      ? [`${source} was read without what stood around it: quotes, a name or invisible characters.`]
      : [`${source} was read as ${value}`];
  });
}

/**
 * Checks that webhooks can be decrypted, if they are enabled.
 *
 * @throws UsageError for a key of a length that AKOOL's secrets do not have
 */
export function requireWebhookSecret(settings: FunctionSettings): void {
  if (settings.AKOOL_CLIENT_ID === undefined) return;
  for (const name of ["AKOOL_API_KEY", "AKOOL_CLIENT_SECRET"] as const) {
    const secret = settings[name];
    const problem = secret === undefined ? undefined : webhookSecretProblem(secret);
    if (problem === undefined) continue;
    throw new UsageError(
      `${name} ${problem}: with it no webhook can be opened. Check it, or unset AKOOL_CLIENT_ID to ` +
        "poll only",
    );
  }
}

/** The settings of the demonstration: the simulator in AKOOL's place, and short waits. */
export function demoSettings(simulatorUrl: string, simulatorKey: string): FunctionSettings {
  return {
    AKOOL_BASE_URL: simulatorUrl,
    AKOOL_API_KEY: simulatorKey,
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "3",
  };
}

/** The address for AKOOL's webhooks, or why there is none. */
export type WebhookAddress =
  | { readonly url: string; readonly obstacle?: undefined }
  | { readonly url?: undefined; readonly obstacle: string };

/**
 * The address that AKOOL is to call. Without one, jobs are polled as if there were no webhooks:
 * waiting for calls that cannot come would only cause delay.
 *
 * @param endpoint of the HTTP API on this machine
 */
export function webhookAddress(settings: FunctionSettings, endpoint: string): WebhookAddress {
  if (!isLoopbackHttp(new URL(settings.AKOOL_BASE_URL))) {
    return { obstacle: "AKOOL cannot call this machine" };
  }
  if (settings.AKOOL_CLIENT_ID === undefined) return { obstacle: "AKOOL_CLIENT_ID is not set" };
  if ((settings.AKOOL_CLIENT_SECRET ?? settings.AKOOL_API_KEY) === undefined) {
    return { obstacle: "AKOOL_CLIENT_SECRET is not set" };
  }
  return { url: `${endpoint}${WEBHOOK_ROUTE.path}` };
}

function readAll(
  environment: NodeJS.ProcessEnv,
  akoolUrl: string | undefined,
): (readonly [string, string])[] {
  return Object.entries(READERS).flatMap(([name, read]) => {
    const text = environment[name];
    if (text === undefined || pastedValue(text, [name]) === "") return [];
    const { value, problem } = read(text);
    if (problem === undefined) return [[name, value] as const];
    const source = name === "AKOOL_BASE_URL" && akoolUrl !== undefined ? "--akool-url" : name;
    throw new UsageError(`${source} ${problem}`);
  });
}
