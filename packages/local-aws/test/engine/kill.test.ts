import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("./killed-process.ts", import.meta.url));

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kill-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** Kills the process, without warning, as it says this line; answers the last line it said. */
async function runUntilLine(deadly: string): Promise<string> {
  const child = spawn(process.execPath, [SCRIPT, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let last = "";
  createInterface({ input: child.stdout }).on("line", (line) => {
    last = line;
    if (line === deadly) child.kill("SIGKILL");
  });
  await once(child, "close");
  return last;
}

it("an execution survives the killing of its process, again and again", async () => {
  await runUntilLine("look 0");
  await runUntilLine("look 7");
  await runUntilLine("look 30");

  const last = await runUntilLine("never said");

  expect(last).toBe("ended SUCCEEDED");
  const polls = (await readFile(join(directory, "log"), "utf8")).trim().split("\n").map(Number);
  const once = polls.filter((poll, index) => poll !== polls[index - 1]);
  expect(once).toEqual(Array.from({ length: 61 }, (_, index) => index));
});
