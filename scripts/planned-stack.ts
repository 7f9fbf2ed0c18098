import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod/mini";
import { type Template, templateSchema } from "./template.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SUFFIX = ".template.json";

/** A stack that is about to be deployed. */
export interface PlannedStack {
  readonly name: string;
  readonly template: Template;
}

/**
 * Synthesizes the app with the settings of `cdk.json` and further ones.
 *
 * @param settings as `-c` takes them: `archiver.stage=staging`
 */
export async function planStack(
  region: string,
  settings: Readonly<Record<string, string>>,
): Promise<PlannedStack> {
  const { context } = JSON.parse(await readFile(join(ROOT, "cdk.json"), "utf8"));
  const outdir = await mkdtemp(join(tmpdir(), "archiver-preflight-"));
  try {
    await promisify(execFile)(process.execPath, ["bin/archiver.ts"], {
      cwd: ROOT,
      env: {
        ...process.env,
        CDK_OUTDIR: outdir,
        CDK_DEFAULT_REGION: region,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...settings }),
      },
    });
    const file = (await readdir(outdir)).find((name) => name.endsWith(SUFFIX)) ?? "";
    const template = templateSchema.parse(JSON.parse(await readFile(join(outdir, file), "utf8")));
    return { name: file.slice(0, -SUFFIX.length), template };
  } finally {
    await rm(outdir, { recursive: true });
  }
}

/** @returns the properties of the resources of one type */
export function propertiesOf({ template }: PlannedStack, type: string) {
  return Object.values(template.Resources)
    .filter((resource) => resource.Type === type)
    .map(({ Properties }) => Properties);
}

const joinSchema = z.object({ "Fn::Join": z.tuple([z.string(), z.array(z.unknown())]) });
const referenceSchema = z.object({ Ref: z.string() });

/** @returns a value of the template as text, with a likely ARN for what does not exist yet */
export function textOf(value: unknown, account: string, region: string): string {
  if (typeof value === "string") return value;
  const joined = joinSchema.safeParse(value).data?.["Fn::Join"];
  if (joined) return joined[1].map((part) => textOf(part, account, region)).join(joined[0]);
  const pseudo: Record<string, string> = {
    "AWS::AccountId": account,
    "AWS::Partition": "aws",
    "AWS::Region": region,
  };
  const name = referenceSchema.safeParse(value).data?.Ref;
  if (name !== undefined) return pseudo[name] ?? `planned-${name}`;
  return `arn:aws:lambda:${region}:${account}:function:planned`;
}
