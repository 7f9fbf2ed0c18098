import { buildCommand } from "@stricli/core";
import type { Options, Request } from "../../../../local/command/command-line.ts";
import type { Context } from "../context.ts";
import { switchFlag, textFlag } from "./flags.ts";

/** The flags of each, as they are written. */
interface CommonFlags {
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
}
interface DemoFlags extends CommonFlags {
  readonly stay?: boolean | undefined;
  readonly port?: string | undefined;
}
interface TrackFlags extends CommonFlags {
  readonly "akool-url"?: string | undefined;
}
interface ServeFlags extends TrackFlags {
  readonly port?: string | undefined;
  readonly "events-port"?: string | undefined;
  readonly "s3-port"?: string | undefined;
}

const common = {
  data: textFlag("DIR", "records, videos and unfinished jobs (default .local; demo: .local/demo)"),
  json: switchFlag("one JSON object a line"),
} as const;
const akoolUrl = textFlag(
  "URL",
  "AKOOL's API (default AKOOL_BASE_URL, else https://openapi.akool.com/api/open)",
);

const ids = {
  kind: "array",
  parameter: { brief: "AKOOL's _id", parse: String, placeholder: "id" },
} as const;

const ENVIRONMENT = `Environment:
  AKOOL_API_KEY                       the key; without it there is only the demonstration
  AKOOL_TOKEN, or AKOOL_CLIENT_ID and
  AKOOL_CLIENT_SECRET                 in its place: Authorization: Bearer
  AKOOL_CLIENT_ID                     for serve: turns the webhooks of the simulator on
  POLL_MIN_SECONDS, POLL_MAX_SECONDS  bounds of the wait between two polls (5, 300)
  ACCEPTABLE_DELAY_SECONDS            mean delay in noticing, once durations are learned
  TRACKING_DEADLINE_HOURS             from the start of following (24)
  DOWNLOAD_ALLOWED_HOSTS              hosts or suffixes (.cloudfront.net,.akool.com)
  MAX_VIDEO_BYTES                     largest video that is copied (5 GiB)
  HTTPS_PROXY, NO_PROXY               the way to AKOOL and to its files`;

export const demo = buildCommand<DemoFlags, [], Context>({
  docs: {
    brief: "five jobs at a simulator of AKOOL, on this machine",
    fullDescription:
      "The same workflow and functions that would be deployed, and a simulator in AKOOL's place: no account, no cost.\nExit codes: 0 it went as scripted, 1 it did not, 130 interrupted.",
    customUsage: [
      { input: "", brief: "takes about 15 seconds" },
      { input: "--stay", brief: "in the console, in a browser, until Ctrl-C" },
    ],
  },
  parameters: {
    flags: {
      ...common,
      stay: switchFlag("in the console, until Ctrl-C"),
      port: textFlag("N", "of the console, with --stay (default 8787; 0 takes any free one)"),
    },
  },
  func: onThisMachine("demo"),
});

export const track = buildCommand<TrackFlags, string[], Context>({
  docs: {
    brief: "follow real jobs on this machine until all have ended",
    fullDescription: `Finished videos lie in DIR/videos. Without ids it goes on with the unfinished jobs of the directory.\nExit codes: 0 all were archived, 1 one was not (or the disk is full, or the like: the same command goes on), 130 interrupted.\n\n${ENVIRONMENT}`,
    customUsage: [
      { input: "689174694b4dbdd4ab3d28c9", brief: "one job, or several" },
      { input: "", brief: "what an earlier run has left unfinished" },
    ],
  },
  parameters: { flags: { ...common, "akool-url": akoolUrl }, positional: ids },
  func: onThisMachine("track"),
});

export const serve = buildCommand<ServeFlags, [], Context>({
  docs: {
    brief: "the console and the HTTP API on this machine, until Ctrl-C",
    fullDescription: `It has a line for each event and each request, with the reason of what it refuses.\n\n${ENVIRONMENT}`,
    customUsage: [
      { input: "", brief: "at http://127.0.0.1:8787" },
      { input: "--port 9000 --data other", brief: "a second one beside it" },
    ],
  },
  parameters: {
    flags: {
      ...common,
      "akool-url": akoolUrl,
      port: textFlag("N", "of the HTTP API (default 8787; 0 takes any free one)"),
      "events-port": textFlag("N", "of EventBridge (default: the API's and 2)"),
      "s3-port": textFlag("N", "of S3, and of links to videos (default: the API's and 3)"),
    },
  },
  func: onThisMachine("serve"),
});

/** Runs one of them in this process. Its stack is only loaded here: other commands need none. */
function onThisMachine(name: Request["name"]) {
  return async function (
    this: Context,
    flags: DemoFlags & ServeFlags,
    ...given: string[]
  ): Promise<void> {
    const { run } = await import("../../../../local/command/run.ts");
    const { stdout, stderr } = this.process;
    const code = await run(
      { name, options: optionsOf(flags), ids: given },
      {
        out: stdout,
        error: (text) => void stderr.write(`${text}\n`),
        environment: this.environment,
        interrupted: this.interrupted,
      },
    );
    this.process.exitCode = code;
  };
}

function optionsOf(flags: DemoFlags & ServeFlags): Options {
  const { data, json, stay, port } = flags;
  return {
    data,
    json,
    stay,
    port,
    akoolUrl: flags["akool-url"],
    eventsPort: flags["events-port"],
    s3Port: flags["s3-port"],
  };
}
