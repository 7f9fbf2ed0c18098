import type { FlagParametersForType } from "@stricli/core";
import type { Context } from "../context.ts";
import type { CommonFlags } from "../target/session.ts";

const text = (placeholder: string, brief: string) =>
  ({ kind: "parsed", parse: String, optional: true, placeholder, brief }) as const;

/** A flag that takes a text, and may be left out. */
export const textFlag = text;

export const yesFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: "do it without asking",
} as const;

/** A flag that is there or not. */
export const switchFlag = (brief: string) =>
  ({ kind: "boolean", optional: true, withNegated: false, brief }) as const;

/** Which archiver is meant, and how to speak: flags of every command. */
export const commonFlags: FlagParametersForType<CommonFlags, Context> = {
  local: {
    ...text("URL", "the archiver on this machine (npm start -- serve)"),
    inferEmpty: true,
  },
  stack: text("NAME", "a deployed stack, with AWS credentials"),
  region: text("REGION", "the stack's region"),
  profile: text("PROFILE", "a profile of the AWS configuration"),
  url: text("URL", "an API, with a token in AKOOL_ARCHIVER_TOKEN"),
  json: switchFlag("one JSON object a line"),
  quiet: switchFlag("results only"),
};
