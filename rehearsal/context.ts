import { delimiter, join } from "node:path";
import type { Processes } from "./processes.ts";

/** What every step of the rehearsal needs. */
export interface Context {
  /** The project. */
  readonly root: string;
  /** A directory that is removed at the end. */
  readonly work: string;
  readonly processes: Processes;
  readonly region: string;
  /** The environment of every program: nothing of the caller's account comes near them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Tells of the progress. */
  readonly say: (line: string) => void;
}

/** The emulator's one account and region, and the keys that it takes for the account's own. */
export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** @returns an environment with the emulator's keys, and without the caller's. */
export function cleanEnvironment(root: string, work: string): Record<string, string> {
  const path = [join(root, "node_modules/.bin"), process.env.PATH ?? ""].join(delimiter);
  return {
    PATH: path,
    HOME: work,
    TMPDIR: work,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    CDK_DISABLE_CLI_TELEMETRY: "true",
  };
}
