import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod/mini";
import type { Context } from "#rehearsal/context.ts";
import { withoutRoles } from "./adapt.ts";
import { parseTemplate, type Template } from "./template.ts";

const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()) });

/** Settings that the emulator asks for, or that save time; each is one of the documented ones. */
export const SETTINGS = {
  schemaRegistry: false,
  eventArchive: false,
  pollMinSeconds: 1,
  pollMaxSeconds: 5,
  console: true,
};

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
  const text = JSON.stringify(template);
  await writeFile(path, text);
  const assets = join(directory, `${stackName}.assets.json`);
  const former = templateAsset(await readFile(assets, "utf8"), basename(path));
  // Nothing is uploaded under a name that is there: another content needs another name.
  const current = createHash("sha256").update(text).digest("hex");
  for (const file of [assets, join(directory, "manifest.json")]) {
    const manifest = (await readFile(file, "utf8")).replaceAll(former, current);
    await writeFile(file, JSON.stringify(withoutRoles(JSON.parse(manifest))));
  }
  return template;
}

const assetsSchema = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })),
});

function templateAsset(text: string, file: string): string {
  const { files } = assetsSchema.parse(JSON.parse(text));
  const [id] = Object.entries(files).find(([, { source }]) => source.path === file) ?? [];
  if (id === undefined) throw new Error(`${file} is no asset`);
  return id;
}
