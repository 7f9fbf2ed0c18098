import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import type { Context } from "#rehearsal/context.ts";
import { withoutRoles } from "./adapt.ts";
import { parseTemplate, type Template } from "./template.ts";

const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()) });

/** A synthesized stack, in a directory of its own. */
export interface Assembly {
  readonly directory: string;
  readonly stackName: string;
}

/**
 * Synthesizes the app as the CDK command line does, with settings beside those of `cdk.json`.
 *
 * @param settings what `-c archiver.…` would set
 */
export async function synthesize(
  context: Context,
  name: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<Assembly> {
  const cdkJson = await readFile(join(context.root, "cdk.json"), "utf8");
  const chosen = Object.entries(settings).map(([key, value]) => [`archiver.${key}`, value]);
  const directory = join(context.work, name);
  await context.processes.run(process.execPath, ["bin/archiver.ts"], {
    cwd: context.root,
    log: `${name}-synth`,
    env: {
      ...context.environment,
      CDK_OUTDIR: directory,
      CDK_DEFAULT_REGION: context.region,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...cdkJsonSchema.parse(JSON.parse(cdkJson)).context,
        ...Object.fromEntries(chosen),
        // As the command line sets it: constructs are found by their paths.
        "aws:cdk:enable-path-metadata": true,
      }),
    },
  });
  const stage = settings.stage === undefined ? "" : `-${settings.stage}`;
  return { directory, stackName: `AkoolVideoArchiver${stage}` };
}

/** Reads the template, has it changed, and writes it and the manifests back. */
export async function rewrite(
  { directory, stackName }: Assembly,
  change: (template: Template) => Template,
): Promise<Template> {
  const path = join(directory, `${stackName}.template.json`);
  const template = change(parseTemplate(await readFile(path, "utf8")));
  await writeFile(path, JSON.stringify(template));
  for (const file of ["manifest.json", `${stackName}.assets.json`]) {
    const manifest: unknown = JSON.parse(await readFile(join(directory, file), "utf8"));
    await writeFile(join(directory, file), JSON.stringify(withoutRoles(manifest)));
  }
  return template;
}
