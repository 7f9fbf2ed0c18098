import type { PortChoice } from "@akool-archiver/local-aws/http/local-server.ts";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job/tracking-request.ts";
import { UsageError } from "./usage-error.ts";

/** What was written behind a command; an option that was not given is undefined. */
export interface Options {
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
  readonly stay?: boolean | undefined;
  readonly akoolUrl?: string | undefined;
  readonly port?: string | undefined;
  readonly eventsPort?: string | undefined;
  readonly s3Port?: string | undefined;
}

/** A command as it was written: `akool-archiver track <id>…`, for one. */
export interface Request {
  readonly name: "demo" | "track" | "serve";
  readonly options: Options;
  readonly ids: readonly string[];
}

/** Options of every command. */
export interface CommonOptions {
  /** Where records, videos and the state of unfinished jobs are kept. */
  readonly data: string;
  /** One JSON object a line instead of the display. */
  readonly json: boolean;
}

/** The ports that `serve` listens on; 0 takes any free one. */
export interface Ports {
  /** Of the HTTP API. */
  readonly api: number;
  /** Of EventBridge. */
  readonly events: PortChoice;
  readonly s3: PortChoice;
}

/** What is to be done. */
export type Command =
  | ({ readonly kind: "demo" } & CommonOptions)
  | ({ readonly kind: "staying demo"; readonly ports: Ports } & CommonOptions)
  | ({
      readonly kind: "track";
      readonly ids: readonly string[];
      readonly akoolUrl: string | undefined;
    } & CommonOptions)
  | ({
      readonly kind: "serve";
      readonly ports: Ports;
      readonly akoolUrl: string | undefined;
    } & CommonOptions);

export const DEFAULT_DATA = ".local";
/**
 * Its own: one demonstration restarts jobs, as `serve` does, and real ones must not be among them,
 * since its simulator knows none of them.
 */
const DEMO_DATA = ".local/demo";
export const DEFAULT_PORT = 8787;

/** Behind the API's port; the next one is the simulator's, 8788, by default. */
const EVENTS_PORT_BEHIND = 2;
const S3_PORT_BEHIND = 3;
const LAST_PORT = 65_535;

/**
 * Checks what was written.
 *
 * @throws UsageError for what is no id, no port, or empty
 */
export function readCommand({ name, options, ids }: Request): Command {
  const { akoolUrl, json = false } = options;
  const data = notEmpty("--data", options.data ?? (name === "demo" ? DEMO_DATA : DEFAULT_DATA));
  switch (name) {
    case "demo":
      if (options.stay === true) {
        return { kind: "staying demo", ports: readPorts(options), data, json };
      }
      if (options.port !== undefined)
        throw new UsageError("--port goes with --stay, or with serve");
      return { kind: name, data, json };
    case "track":
      return { kind: name, ids: checkedIds(ids), akoolUrl, data, json };
    case "serve":
      return { kind: name, ports: readPorts(options), akoolUrl, data, json };
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

/**
 * The same ports at every start, so that what was noted of them stays good; those that nobody has chosen
 * move where something else has them.
 */
function readPorts({ port, eventsPort, s3Port }: Options): Ports {
  const api = port === undefined ? DEFAULT_PORT : portNumber("--port", port);
  const behind = (distance: number) =>
    api === 0 || api + distance > LAST_PORT ? 0 : { preferred: api + distance };
  return {
    api,
    events:
      eventsPort === undefined
        ? behind(EVENTS_PORT_BEHIND)
        : portNumber("--events-port", eventsPort),
    s3: s3Port === undefined ? behind(S3_PORT_BEHIND) : portNumber("--s3-port", s3Port),
  };
}

function portNumber(option: string, port: string): number {
  if (!/^\d+$/.test(port) || Number(port) > LAST_PORT) {
    throw new UsageError(`${option} must be a number from 0 to ${LAST_PORT}, not "${port}"`);
  }
  return Number(port);
}

function notEmpty(option: string, value: string): string {
  if (value === "") throw new UsageError(`${option} must not be empty`);
  return value;
}
