import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import * as z from "zod/mini";
import { ArchiverStack } from "#lib/archiver-stack.ts";
import { configFromContext } from "#lib/config.ts";
import { stackNameOf } from "#lib/stack-name.ts";

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * Makes the app as `cdk synth` would, with the context of cdk.json, but without bundling the
 * functions: their code is no part of the template, and esbuild would take most of the time.
 *
 * @param context overrides, for example `{ "archiver.pollMinSeconds": 10 }`
 * @param region where the stack is to be deployed, as the CDK command line would tell
 */
export function createStack(context: Record<string, unknown> = {}, region?: string): ArchiverStack {
  const file = new URL("../../cdk.json", import.meta.url);
  const app = new App({
    context: {
      ...cdkJson.parse(JSON.parse(readFileSync(file, "utf8"))).context,
      "aws:cdk:bundling-stacks": [],
      ...context,
    },
  });
  const config = configFromContext(app.node);
  return new ArchiverStack(app, stackNameOf(config), config, region);
}

/** Templates of this worker, as JSON, by what they were made of. */
const synthesized = new Map<string, string>();

/**
 * Synthesizes the stack. CDK validates the template on the way and throws on an error in it.
 *
 * Takes about a second, so that each template is made once for all test files of a worker.
 *
 * @returns a template of the caller's own
 */
export function synthesizeTemplate(
  context: Record<string, unknown> = {},
  region?: string,
): Template {
  const key = JSON.stringify([context, region]);
  const known = synthesized.get(key);
  if (known !== undefined) return Template.fromJSON(JSON.parse(known));
  const template = Template.fromStack(createStack(context, region));
  synthesized.set(key, JSON.stringify(template.toJSON()));
  return template;
}
