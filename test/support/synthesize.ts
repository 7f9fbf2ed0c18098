import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import * as z from "zod/mini";
import { ArchiverStack } from "#lib/archiver-stack.ts";
import { configFromContext } from "#lib/config.ts";

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * Makes the app as `cdk synth` would, with the context of cdk.json, but without bundling the
 * functions: their code is no part of the template, and esbuild would take most of the time.
 *
 * @param context overrides, for example `{ "archiver.pollMinSeconds": 10 }`
 */
export function createStack(context: Record<string, unknown> = {}): ArchiverStack {
  const file = new URL("../../cdk.json", import.meta.url);
  const app = new App({
    context: {
      ...cdkJson.parse(JSON.parse(readFileSync(file, "utf8"))).context,
      "aws:cdk:bundling-stacks": [],
      ...context,
    },
  });
  return new ArchiverStack(app, "AkoolVideoArchiver", configFromContext(app.node));
}

/**
 * Synthesizes the stack. CDK validates the template on the way and throws on an error in it.
 *
 * Takes about a second: synthesize once per test file and share the template.
 */
export function synthesizeTemplate(context: Record<string, unknown> = {}): Template {
  return Template.fromStack(createStack(context));
}
