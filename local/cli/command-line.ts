import { parseArgs } from "node:util";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job.ts";
import { UsageError } from "./usage-error.ts";

/** Options of every command. */
export interface CommonOptions {
  /** Where the records, the videos and the state of unfinished jobs lie. */
  readonly data: string;
  /** One JSON object a line instead of the display. */
  readonly json: boolean;
}

/** What the command line asks for. */
export type Command =
  | { readonly kind: "help" }
  | ({ readonly kind: "demo" } & CommonOptions)
  | ({
      readonly kind: "track";
      readonly ids: readonly string[];
      readonly akoolUrl: string | undefined;
    } & CommonOptions);

export const HELP = `AKOOL video archiver, on this machine.

Usage:
  npm start                          a demonstration against the AKOOL simulator
  npm start -- track <id>...         follow real jobs and archive their videos
  npm start -- track                 go on with the unfinished jobs of the data directory

Options:
  --data DIR         records, videos and unfinished jobs (default .local);
                     finished videos lie in DIR/videos
  --akool-url URL    AKOOL's API (default AKOOL_BASE_URL, else https://openapi.akool.com/api/open)
  --json             one JSON object a line instead of the display
  --help             show this

Environment:
  AKOOL_API_KEY                              needed by track
  POLL_MIN_SECONDS, POLL_MAX_SECONDS         bounds of the wait between two polls (5, 300)
  TRACKING_DEADLINE_HOURS                    from the start of following (24)
  DOWNLOAD_ALLOWED_HOSTS                     host suffixes (.cloudfront.net,.akool.com)

Exit codes: 0 all videos were archived (or the demonstration went as scripted), 1 a video was not,
2 wrong usage, 130 interrupted: run the same command again to go on.`;

/**
 * Reads the arguments behind `npm start --`.
 *
 * @throws UsageError for what is not known or not an AKOOL id
 */
export function readCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: "help" };
  const common = { data: notEmpty("--data", values.data), json: values.json };
  const [command, ...ids] = positionals;
  if (command === undefined) {
    if (values["akool-url"] !== undefined) {
      throw new UsageError(
        "--akool-url goes with track: the demonstration has its own simulator of AKOOL",
      );
    }
    return { kind: "demo", ...common };
  }
  if (command !== "track") {
    throw new UsageError(`unknown command "${command}": the commands are track, or none`);
  }
  return { kind: "track", ids: checkedIds(ids), akoolUrl: values["akool-url"], ...common };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: "string", default: ".local" },
        "akool-url": { type: "string" },
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

function notEmpty(option: string, value: string): string {
  if (value === "") throw new UsageError(`${option} must not be empty`);
  return value;
}
