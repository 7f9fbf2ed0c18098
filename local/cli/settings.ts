import { akoolBaseUrlSchema } from "#akool/base-url.ts";
import { UsageError } from "./usage-error.ts";

/** AKOOL's own address, as the deployed stack has it by default. */
const AKOOL_BASE_URL = "https://openapi.akool.com/api/open";

/** Variables that mean the same here as in Lambda. */
const PASSED_ON = [
  "AKOOL_API_KEY",
  "AKOOL_CLIENT_ID",
  "POLL_MIN_SECONDS",
  "POLL_MAX_SECONDS",
  "TRACKING_DEADLINE_HOURS",
  "DOWNLOAD_ALLOWED_HOSTS",
  "MAX_VIDEO_BYTES",
  "LOG_LEVEL",
] as const;

/** What the functions get over what the stack's template says. */
export type FunctionSettings = Readonly<Record<string, string>>;

/**
 * The settings of `track`, from the command line and the environment.
 *
 * @throws UsageError when the key is missing or AKOOL's address is none
 */
export function trackSettings(
  akoolUrl: string | undefined,
  environment: NodeJS.ProcessEnv,
): FunctionSettings {
  const settings = passedOn(environment);
  if (settings.AKOOL_API_KEY === undefined) {
    throw new UsageError(
      "AKOOL_API_KEY is not set. Set it to your AKOOL API key; without one, `npm start` shows a " +
        "demonstration",
    );
  }
  const baseUrl = akoolUrl ?? environment.AKOOL_BASE_URL ?? AKOOL_BASE_URL;
  const parsed = akoolBaseUrlSchema.safeParse(baseUrl);
  if (!parsed.success) {
    throw new UsageError(`AKOOL's address "${baseUrl}" ${parsed.error.issues[0]?.message}`);
  }
  return { ...settings, AKOOL_BASE_URL: baseUrl };
}

/** The settings of the demonstration: the simulator in AKOOL's place, and short waits. */
export function demoSettings(simulatorUrl: string, apiKey: string): FunctionSettings {
  return {
    AKOOL_BASE_URL: simulatorUrl,
    AKOOL_API_KEY: apiKey,
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "3",
  };
}

function passedOn(
  environment: NodeJS.ProcessEnv,
): Partial<Record<string, string>> & FunctionSettings {
  const set = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}
