import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import type { Assembly } from "#rehearsal/assembly/assembly.ts";
import { ACCOUNT, type Context } from "#rehearsal/context.ts";
import type { Emulator } from "#rehearsal/emulator/emulator.ts";

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

/** The outputs of the archiver's stack. */
export type Outputs = Readonly<Record<string, string>>;

/** Makes the emulator ready for CDK, as `cdk bootstrap` does an account. */
export async function bootstrap(context: Context, emulator: Emulator, assembly: Assembly) {
  const target = `aws://${ACCOUNT}/${context.region}`;
  await cdk(context, emulator, ["bootstrap", target, "--app", assembly.directory], "bootstrap");
}

/**
 * Deploys a synthesized stack with the CDK command line.
 *
 * @throws ProgramFailed
 */
export async function deploy(
  context: Context,
  emulator: Emulator,
  { directory, stackName }: Assembly,
): Promise<Outputs> {
  const file = join(context.work, `${stackName}-outputs.json`);
  const args = ["deploy", "--require-approval", "never", "--app", directory];
  await cdk(context, emulator, [...args, "--outputs-file", file], `deploy-${stackName}`);
  return outputsSchema.parse(JSON.parse(await readFile(file, "utf8")))[stackName] ?? {};
}

function cdk(context: Context, emulator: Emulator, args: readonly string[], log: string) {
  const options = { cwd: context.root, env: emulator.environment, log };
  return context.processes.run("cdk", [...args, "--no-notices"], options);
}
