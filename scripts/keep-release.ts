/**
 * `npm run keep-release`: keeps what a release must stay compatible with, as fixtures under its
 * version: the tracking machine's definition, which executions have that are under way, and the
 * resources that keep something.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { synthesize } from "#local/stack/synthesize.ts";
import { statefulResources } from "./stateful-resources.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
const directory = join(ROOT, "test/fixtures/released", version);
const { stateMachine } = await synthesize();
await mkdir(directory, { recursive: true });
await keep("tracking.json", stateMachine.definition);
await keep("stateful-resources.json", statefulResources(await template()));
console.log(`kept in ${directory}`);

async function template(): Promise<unknown> {
  const { context } = JSON.parse(await readFile(join(ROOT, "cdk.json"), "utf8"));
  const outdir = await mkdtemp(join(tmpdir(), "archiver-release-"));
  try {
    const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) };
    await promisify(execFile)(process.execPath, ["bin/archiver.ts"], { cwd: ROOT, env });
    return JSON.parse(await readFile(join(outdir, "AkoolVideoArchiver.template.json"), "utf8"));
  } finally {
    await rm(outdir, { recursive: true });
  }
}

async function keep(file: string, content: unknown): Promise<void> {
  await writeFile(join(directory, file), `${JSON.stringify(content, null, 2)}\n`);
}
