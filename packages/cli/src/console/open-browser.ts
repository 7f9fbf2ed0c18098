import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "../context.ts";

/** Time for a browser to read the file. */
const KEPT_MS = 30_000;

/** What opens a file in the browser; undefined where there is nobody to see it. */
export function opener(
  environment: Context["environment"],
  platform: NodeJS.Platform = process.platform,
): readonly [program: string, ...args: string[]] | undefined {
  if (environment.BROWSER) return [environment.BROWSER];
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["cmd", "/c", "start", ""];
  const hasDisplay = environment.DISPLAY || environment.WAYLAND_DISPLAY;
  return hasDisplay ? ["xdg-open"] : undefined;
}

/**
 * Opens an address that holds a token. Not as the program's argument, which every user of the machine
 * can read: as a file of this user's that leads there.
 *
 * @returns removes the file; nothing is opened when no browser is known
 */
export async function openBrowser(
  address: string,
  environment: Context["environment"],
): Promise<() => Promise<void>> {
  const [program, ...args] = opener(environment) ?? [];
  if (program === undefined) return async () => {};
  const directory = await mkdtemp(join(tmpdir(), "akool-archiver-console-"));
  await chmod(directory, 0o700);
  const file = join(directory, "open.html");
  const page = `<!doctype html><meta http-equiv="refresh" content="0;url=${address}">\n`;
  await writeFile(file, page, { mode: 0o600 });
  spawn(program, [...args, file], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
  const remove = () => rm(directory, { recursive: true, force: true });
  const timer = setTimeout(() => void remove(), KEPT_MS).unref();
  return async () => {
    clearTimeout(timer);
    await remove();
  };
}
