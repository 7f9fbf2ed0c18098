import { akoolBaseUrlSchema } from "#akool/base-url.ts";
import { isLoopbackHttp } from "#domain/loopback.ts";
import { WEBHOOK_ROUTE } from "#functions/http/routes.ts";
import { UsageError } from "./usage-error.ts";

/** AKOOL's own address, as the deployed stack has it by default. */
const AKOOL_BASE_URL = "https://openapi.akool.com/api/open";

/** Variables that mean the same here as in Lambda. */
const PASSED_ON = [
  "AKOOL_CLIENT_ID",
  "POLL_MIN_SECONDS",
  "POLL_MAX_SECONDS",
  "ACCEPTABLE_DELAY_SECONDS",
  "TRACKING_DEADLINE_HOURS",
  "DOWNLOAD_ALLOWED_HOSTS",
  "MAX_VIDEO_BYTES",
  "LOG_LEVEL",
] as const;

/** A key travels as an HTTP header: with other characters no request could even be made. */
const API_KEY_PATTERN = /^[\x21-\x7e]+$/;

/** What the functions get over what the stack's template says. */
export interface FunctionSettings extends Readonly<Record<string, string>> {
  readonly AKOOL_BASE_URL: string;
  readonly AKOOL_API_KEY: string;
}

/**
 * The settings of `track`, from the command line and the environment. A variable that is empty
 * counts as not set.
 *
 * @throws UsageError when the key is missing or no key, or AKOOL's address is none
 */
export function trackSettings(
  akoolUrl: string | undefined,
  environment: NodeJS.ProcessEnv,
): FunctionSettings {
  return {
    ...passedOn(environment),
    AKOOL_API_KEY: apiKey(environment.AKOOL_API_KEY?.trim()),
    AKOOL_BASE_URL: baseUrl(akoolUrl ?? (environment.AKOOL_BASE_URL || AKOOL_BASE_URL)),
  };
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

/** Where AKOOL's webhooks come in, or why they cannot. */
export type WebhookAddress =
  | { readonly url: string; readonly obstacle?: undefined }
  | { readonly url?: undefined; readonly obstacle: string };

/**
 * The address that AKOOL is to call. Without one, jobs are polled as if there were no webhooks: to
 * wait for a call that cannot come would only make everything late.
 *
 * @param endpoint of the HTTP API on this machine
 */
export function webhookAddress(settings: FunctionSettings, endpoint: string): WebhookAddress {
  if (!isLoopbackHttp(new URL(settings.AKOOL_BASE_URL))) {
    return { obstacle: "AKOOL cannot call this machine" };
  }
  if (settings.AKOOL_CLIENT_ID === undefined) return { obstacle: "AKOOL_CLIENT_ID is not set" };
  return { url: `${endpoint}${WEBHOOK_ROUTE.path}` };
}

function passedOn(environment: NodeJS.ProcessEnv): Record<string, string> {
  const set = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}

function apiKey(key: string | undefined): string {
  if (key === undefined || key === "") {
    throw new UsageError(
      "AKOOL_API_KEY is not set. Set it to your AKOOL API key; without one, `npm start` shows a " +
        "demonstration",
    );
  }
  if (!API_KEY_PATTERN.test(key)) {
    throw new UsageError("AKOOL_API_KEY holds a space or another character that no key has");
  }
  return key;
}

function baseUrl(address: string): string {
  const parsed = akoolBaseUrlSchema.safeParse(address);
  if (parsed.success) return address;
  throw new UsageError(`AKOOL's address "${address}" ${parsed.error.issues[0]?.message}`);
}
