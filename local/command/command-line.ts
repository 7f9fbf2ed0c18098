import { parseArgs } from "node:util";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job/tracking-request.ts";
import { UsageError } from "./usage-error.ts";

/** Options of every command. */
export interface CommonOptions {
  /** Where records, videos and the state of unfinished jobs are kept. */
  readonly data: string;
  /** One JSON object a line instead of the display. */
  readonly json: boolean;
}

/** What the command line asks for. */
export type Command =
  | { readonly kind: "help" }
  | ({ readonly kind: "demo" } & CommonOptions)
  | ({ readonly kind: "staying demo"; readonly port: number } & CommonOptions)
  | ({
      readonly kind: "track";
      readonly ids: readonly string[];
      readonly akoolUrl: string | undefined;
    } & CommonOptions)
  | ({
      readonly kind: "serve";
      readonly port: number;
      readonly akoolUrl: string | undefined;
    } & CommonOptions);

const DEFAULT_PORT = "8787";

const DEFAULT_DATA = ".local";
/**
 * The demonstration that stays restarts jobs, as `serve` does: real ones must not be among them, since
 * its simulator knows none of them.
 */
const STAYING_DATA = ".local/demo";

export const HELP = `AKOOL video archiver, on this machine.

Usage:
  npm start                          a demonstration against the AKOOL simulator
  npm start -- --stay                the same in the console, in a browser, until interrupted
  npm start -- track <id>...         follow real jobs and archive their videos
  npm start -- track                 go on with the unfinished jobs of the data directory
  npm start -- serve                 the console and the HTTP API on 127.0.0.1, until interrupted

Options:
  --data DIR         records, videos and unfinished jobs (default .local; with --stay
                     .local/demo); finished videos lie in DIR/videos
  --akool-url URL    AKOOL's API (default AKOOL_BASE_URL, else https://openapi.akool.com/api/open)
  --port N           for serve and --stay (default ${DEFAULT_PORT}; 0 takes any free one)
  --json             one JSON object a line instead of the display
                     (npm start --silent -- ... keeps npm's own lines away)
  --help             show this

Environment:
  AKOOL_API_KEY                              needed by track and serve
  AKOOL_TOKEN, or AKOOL_CLIENT_ID and
  AKOOL_CLIENT_SECRET                        in its place: Authorization: Bearer
  AKOOL_CLIENT_ID                            for serve: turns the webhooks of the simulator on
  POLL_MIN_SECONDS, POLL_MAX_SECONDS         bounds of the wait between two polls (5, 300)
  ACCEPTABLE_DELAY_SECONDS                   mean delay in noticing, once durations are learned
  TRACKING_DEADLINE_HOURS                    from the start of following (24)
  DOWNLOAD_ALLOWED_HOSTS                     hosts or suffixes (.cloudfront.net,.akool.com)
  MAX_VIDEO_BYTES                            largest video that is copied (5 GiB)
  HTTPS_PROXY, NO_PROXY                      the way to AKOOL and to its files

Exit codes: 0 all videos were archived (or the demonstration went as scripted), 1 a video was not
(or the disk is full, or the like: the same command goes on), 2 wrong usage, 130 interrupted: the
unfinished jobs go on with npm start -- track.`;

/**
 * Reads the arguments behind `npm start --`.
 *
 * @throws UsageError for what is not known or not an AKOOL id
 */
export function readCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: "help" };
  const common = { data: notEmpty("--data", values.data ?? DEFAULT_DATA), json: values.json };
  const [command, ...ids] = positionals;
  if (values.stay && command !== undefined) {
    throw new UsageError(`--stay goes with the demonstration, not with ${command}`);
  }
  if (command === undefined) {
    if (values["akool-url"] !== undefined) {
      throw new UsageError(
        "--akool-url goes with track: the demonstration has its own simulator of AKOOL",
      );
    }
    if (values.stay) {
      const data = values.data ?? STAYING_DATA;
      const port = portNumber(values.port ?? DEFAULT_PORT);
      return { kind: "staying demo", ...common, data, port };
    }
    refusePort(values.port);
    return { kind: "demo", ...common };
  }
  const akoolUrl = values["akool-url"];
  switch (command) {
    case "track":
      refusePort(values.port);
      return { kind: "track", ids: checkedIds(ids), akoolUrl, ...common };
    case "serve":
      if (ids.length > 0) throw new UsageError("serve takes no ids: submit them to POST /jobs");
      return { kind: "serve", port: portNumber(values.port ?? DEFAULT_PORT), akoolUrl, ...common };
    default:
      throw new UsageError(
        `unknown command "${command}": the commands are track and serve, or none`,
      );
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: "string" },
        stay: { type: "boolean", default: false },
        "akool-url": { type: "string" },
        port: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function checkedIds(ids: readonly string[]): string[] {
  const malformed = ids.filter((id) => !VIDEO_MODEL_ID_PATTERN.test(id));
  if (malformed.length > 0) {
    throw new UsageError(
      `not an AKOOL id: ${malformed.map((id) => JSON.stringify(id)).join(", ")}. Give the _id that ` +
        "the create call returned, for example 689174694b4dbdd4ab3d28c9",
    );
  }
  return [...new Set(ids)];
}

function refusePort(port: string | undefined): void {
  if (port !== undefined) throw new UsageError("--port goes with serve, or with --stay");
}

function portNumber(port: string): number {
  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port must be a number from 0 to 65535, not "${port}"`);
  }
  return Number(port);
}

function notEmpty(option: string, value: string): string {
  if (value === "") throw new UsageError(`${option} must not be empty`);
  return value;
}
