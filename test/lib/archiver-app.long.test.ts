import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const APP = join(ROOT, "bin/archiver.ts");

/** Bundling and synthesis take seconds when nothing else runs. */
const BUNDLING_TIMEOUT_MS = 120_000;

const templateSchema = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});
const functionSchema = z.object({
  Properties: z.object({
    Code: z.object({ S3Key: z.string() }),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
});

let outdir: string;
beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "archiver-app-"));
});
afterAll(() => rm(outdir, { recursive: true }));

/** Runs the app as the CDK command line does, which passes context and directory by environment. */
async function runApp(changes: Record<string, unknown> = {}) {
  const { context } = JSON.parse(await readFile(join(ROOT, "cdk.json"), "utf8"));
  return run(process.execPath, [APP], {
    // Elsewhere than in the project: no path may depend on where the command was given.
    cwd: tmpdir(),
    env: {
      PATH: process.env.PATH,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...changes }),
    },
  });
}

async function synthesizedFunctions() {
  const text = await readFile(join(outdir, "AkoolVideoArchiver.template.json"), "utf8");
  const { Resources } = templateSchema.parse(JSON.parse(text));
  return (
    Object.values(Resources)
      .filter(({ Type }) => Type === "AWS::Lambda::Function")
      .map((resource) => functionSchema.safeParse(resource).data?.Properties)
      // CDK's own helper has no environment.
      .filter((properties) => properties !== undefined)
  );
}

/** Loads a bundle as Lambda does: from its own directory, with the function's environment alone. */
async function exportsOf({ Code, Environment }: z.infer<typeof functionSchema>["Properties"]) {
  const bundle = join(outdir, `asset.${Code.S3Key.replace(/\.zip$/, "")}`, "index.mjs");
  const variables = Object.entries(Environment.Variables).map(([name, value]) => [
    name,
    typeof value === "string" ? value : "resolved-at-deployment",
  ]);
  const script = `console.log(JSON.stringify(Object.keys(await import(process.argv[1]))))`;
  const { stdout } = await run(
    process.execPath,
    ["--input-type=module", "--eval", script, pathToFileURL(bundle).href],
    { cwd: outdir, env: { AWS_REGION: "eu-west-1", ...Object.fromEntries(variables) } },
  );
  return JSON.parse(stdout);
}

describe("the CDK app", () => {
  it(
    "bundles every function so that it loads with the environment it is given",
    async () => {
      await runApp();

      const functions = await synthesizedFunctions();

      expect(functions).toHaveLength(10);
      for (const deployed of functions) expect(await exportsOf(deployed)).toEqual(["handler"]);
    },
    BUNDLING_TIMEOUT_MS,
  );

  it("removes what a killed process has left, and nothing that may be in use", async () => {
    const cache = join(ROOT, "node_modules/.cache/akool-video-archiver");
    await mkdir(cache, { recursive: true });
    const left = await mkdtemp(join(cache, "functions-"));
    const inUse = await mkdtemp(join(cache, "functions-"));
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    await utimes(left, twoHoursAgo, twoHoursAgo);

    await runApp();

    const kept = await readdir(cache);
    await rm(inUse, { recursive: true });
    expect(kept).not.toContain(basename(left));
    expect(kept).toContain(basename(inUse));
  });

  it("ends with the reason alone when a setting is refused", async () => {
    const refused = runApp({ "archiver.pollMinSeconds": "0" });

    await expect(refused).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^archiver\.pollMinSeconds is "0": .*\n$/),
    });
  });
});
