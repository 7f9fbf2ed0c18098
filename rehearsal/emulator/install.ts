import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** This machine lacks something that the rehearsal needs. */
export class MissingPrerequisite extends Error {
  override readonly name = "MissingPrerequisite";
}

const HERE = import.meta.dirname;
const REQUIREMENTS = join(HERE, "requirements.txt");
const PATCH = join(HERE, "keep_error_names.py");

/**
 * Installs the emulator into a virtual environment, unless that was done before.
 *
 * @returns the emulator's command
 * @throws MissingPrerequisite
 */
export async function installEmulator(cache: string, say: (line: string) => void): Promise<string> {
  await demand("openssl", ["version"], "openssl is not there, which makes the certificate");
  const tooOld = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
  await demand("python3", ["-c", tooOld], "python3 (3.10 or newer, with venv) is not there");
  const directory = join(cache, `emulator-${await digest([REQUIREMENTS, PATCH])}`);
  const done = join(directory, "done");
  if (!existsSync(done)) {
    say("installing the emulator from PyPI, once");
    await rm(directory, { recursive: true, force: true });
    await mkdir(cache, { recursive: true });
    await install(directory).catch((error: { stderr?: string }) => {
      throw new MissingPrerequisite(`PyPI was not reached: ${error.stderr ?? error}`);
    });
    await run(join(directory, "bin/python"), [PATCH]);
    await writeFile(done, "");
  }
  return join(directory, "bin/ministack");
}

async function install(directory: string): Promise<void> {
  await run("python3", ["-m", "venv", directory]);
  const args = ["install", "--quiet", "--require-hashes", "--requirement", REQUIREMENTS];
  await run(join(directory, "bin/pip"), args);
}

async function demand(program: string, args: readonly string[], message: string): Promise<void> {
  await run(program, [...args]).catch(() => {
    throw new MissingPrerequisite(message);
  });
}

async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 12);
}
