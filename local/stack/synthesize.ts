import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readAssembly } from "@akool-archiver/local-aws/template/read-assembly.ts";
import * as z from "zod/mini";
import { type ArchiverAssembly, archiverAssembly } from "./archiver-assembly.ts";
import { cachedDirectory } from "./assembly-cache.ts";
import { localContext } from "./local-context.ts";
import { STACK_SOURCES, sourceDigest } from "./source-digest.ts";

const PROJECT_ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A folder of its own: whatever else lies there, and was not used lately, is deleted. */
const CACHE = "node_modules/.cache/akool-video-archiver/assemblies";

/** CDK's validation reports can be long. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

const cdkJsonSchema = z.object({
  context: z._default(z.record(z.string(), z.unknown()), {}),
});

/** The CDK app failed; the message holds what it wrote to its standard error. */
export class SynthesisFailed extends Error {
  override readonly name = "SynthesisFailed";
}

/**
 * Synthesizes the stack as `cdk synth` would, and reads the result. An unchanged project is not
 * synthesized again. Decision 0010.
 *
 * @param root the project's directory
 * @param onFirstRun called when it has to be synthesized, which takes seconds
 * @throws SynthesisFailed, UnreadableAssembly
 */
export async function synthesize(
  root: string = PROJECT_ROOT,
  onFirstRun: () => void = () => {},
): Promise<ArchiverAssembly> {
  const digest = sourceDigest(root, STACK_SOURCES);
  const directory = await cachedDirectory(join(root, CACHE), digest, (output) => {
    onFirstRun();
    return runApp(root, output);
  });
  return archiverAssembly(await readAssembly(directory));
}

/** The CDK command line hands its app the output directory and the context in these variables. */
async function runApp(root: string, output: string): Promise<void> {
  const { context } = cdkJsonSchema.parse(JSON.parse(readFileSync(join(root, "cdk.json"), "utf8")));
  const env = {
    ...process.env,
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify(localContext(context)),
    // CDK checks what is to be deployed against CloudFormation's rules: half of the time, for nothing here.
    CDK_VALIDATION: "false",
  };
  try {
    await promisify(execFile)(process.execPath, ["bin/archiver.ts"], {
      cwd: root,
      env,
      maxBuffer: MAX_OUTPUT_BYTES,
    });
  } catch (error) {
    // Node's message for a failed child carries all of its standard error.
    throw new SynthesisFailed(`The CDK app failed. ${error}`, { cause: error });
  }
}
