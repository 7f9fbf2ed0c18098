import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SynthesisFailed, synthesize } from "#local/stack/synthesize.ts";

const FIXTURE = fileURLToPath(
  new URL("../../../packages/local-aws/test/fixtures/assembly/", import.meta.url),
);

/** Stands for a CDK app: "synthesizes" by copying, and notes each run with its context. */
const APP = `
import { appendFileSync, cpSync } from "node:fs";
appendFileSync("runs", process.env.CDK_CONTEXT_JSON + "\\n");
cpSync("assembly", process.env.CDK_OUTDIR ?? "", { recursive: true });
`;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "project-"));
  for (const directory of ["bin", "lib/deep", "functions", "schemas"]) {
    await mkdir(join(root, directory), { recursive: true });
  }
  await cp(FIXTURE, join(root, "assembly"), { recursive: true });
  await writeFile(join(root, "bin/archiver.ts"), APP);
  await writeFile(join(root, "lib/deep/stack.ts"), "// one");
  await writeFile(join(root, "cdk.json"), JSON.stringify({ context: { colour: "blue" } }));
  await writeFile(join(root, "openapi.json"), "{}");
  await writeFile(join(root, "package.json"), "{}");
  await writeFile(join(root, "package-lock.json"), "{}");
});
afterEach(() => rm(root, { recursive: true }));

async function runs(): Promise<string[]> {
  return (await readFile(join(root, "runs"), "utf8")).trim().split("\n");
}

describe("synthesize", () => {
  it("runs the app with cdk.json's context and reads what it wrote", async () => {
    const assembly = await synthesize(root);

    expect(await runs()).toEqual(['{"colour":"blue"}']);
    expect(assembly.stateMachine.logicalId).toBe("Machine9C");
    expect(assembly.functions.get("Check5E")?.bundlePath).toContain("node_modules/.cache");
  });

  it("does not run it again for an unchanged project", async () => {
    await synthesize(root);
    await synthesize(root);

    expect(await runs()).toHaveLength(1);
  });

  it("runs it again when any source has changed", async () => {
    await synthesize(root);
    await writeFile(join(root, "lib/deep/stack.ts"), "// two");
    await synthesize(root);
    await writeFile(join(root, "cdk.json"), "{}");
    await synthesize(root);

    expect(await runs()).toEqual(['{"colour":"blue"}', '{"colour":"blue"}', "{}"]);
  });

  it.each(["schemas/event.json", "openapi.json"])(
    "runs it again for a change of %s",
    async (file) => {
      await synthesize(root);
      await writeFile(join(root, file), '{"changed":true}');
      await synthesize(root);

      expect(await runs()).toHaveLength(2);
    },
  );

  it("shows what the app wrote to its standard error when it fails", async () => {
    const failing = 'console.error("pollMinSeconds must not be negative"); process.exit(1);';
    await writeFile(join(root, "bin/archiver.ts"), failing);

    const synthesis = synthesize(root);

    await expect(synthesis).rejects.toThrow(SynthesisFailed);
    await expect(synthesis).rejects.toThrow("pollMinSeconds must not be negative");
  });
});
