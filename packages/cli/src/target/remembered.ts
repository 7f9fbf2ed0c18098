import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Context } from "../context.ts";
import { type Target, targetOf } from "./target.ts";

type Environment = Context["environment"];

/** The file that `akool-archiver use` writes; it holds no secret. */
export function targetFile(environment: Environment): string {
  const base = environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), ".config");
  return join(base, "akool-archiver", "target.json");
}

/** What was remembered; nothing if nothing was, or it cannot be read. */
export async function rememberedTarget(environment: Environment): Promise<Target | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(targetFile(environment), "utf8"));
    return targetOf(flagsOf(kept));
  } catch {
    return undefined;
  }
}

/** @throws what the file system does */
export async function remember(target: Target, environment: Environment): Promise<void> {
  const file = targetFile(environment);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(target, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

export async function forget(environment: Environment): Promise<void> {
  await rm(targetFile(environment), { force: true });
}

function flagsOf(kept: unknown) {
  const { kind, url, stack, region, profile } = Object(kept) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  if (kind === "local") return { local: text(url) };
  if (kind === "url") return { url: text(url) };
  return { stack: text(stack), region: text(region), profile: text(profile) };
}
