import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { UnreadableAssembly } from "./assembly.ts";

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.optional(
        z.object({ templateFile: z.optional(z.string()), file: z.optional(z.string()) }),
      ),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.optional(z.string()) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z._default(z.record(z.string(), z.unknown()), {}) }),
  ),
  Outputs: z._default(z.record(z.string(), z.object({ Value: z.unknown() })), {}),
});

export type Template = z.infer<typeof templateSchema>;

/** The one stack of a cloud assembly: its template, and where its file assets lie. */
export interface CloudAssembly {
  template: Template;
  /** Absolute path of the asset that is published under a key, by that key. */
  assets: ReadonlyMap<string, string>;
}

/**
 * Reads what CDK wrote into its output directory.
 *
 * @throws UnreadableAssembly unless it holds exactly one stack with one list of assets
 */
export async function readCloudAssembly(directory: string): Promise<CloudAssembly> {
  const manifest = manifestSchema.parse(await readJson(directory, "manifest.json"));
  const artifacts = Object.values(manifest.artifacts);
  const templateFile = theOnly("stack template", artifacts.map(templateFileOf));
  const assetsFile = theOnly("asset manifest", artifacts.map(assetsFileOf));
  const { files } = assetsSchema.parse(await readJson(directory, assetsFile));
  const located = Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(
      ({ objectKey }) => [objectKey, join(directory, source.path ?? "")] as const,
    ),
  );
  return {
    template: templateSchema.parse(await readJson(directory, templateFile)),
    assets: new Map(located),
  };
}

type Artifact = z.infer<typeof manifestSchema>["artifacts"][string];

function templateFileOf(artifact: Artifact): string | undefined {
  if (artifact.type !== "aws:cloudformation:stack") return undefined;
  return artifact.properties?.templateFile;
}

function assetsFileOf(artifact: Artifact): string | undefined {
  return artifact.type === "cdk:asset-manifest" ? artifact.properties?.file : undefined;
}

function theOnly(what: string, candidates: readonly (string | undefined)[]): string {
  const found = candidates.filter((candidate) => candidate !== undefined);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw new UnreadableAssembly(
    `Expected one ${what}, found ${found.length}: the local runner runs one stack`,
  );
}

async function readJson(directory: string, file: string): Promise<unknown> {
  return JSON.parse(await readFile(join(directory, file), "utf8"));
}
