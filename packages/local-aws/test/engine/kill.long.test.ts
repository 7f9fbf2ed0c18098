import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runUntilLine } from "@akool-archiver/test-support/killed-process.ts";
import { test } from "@akool-archiver/test-support/temporary-directory.ts";
import { expect } from "vitest";

const SCRIPT = new URL("./killed-process.ts", import.meta.url);

test("an execution survives the killing of its process, again and again", async ({ directory }) => {
  await runUntilLine(SCRIPT, directory, "poll 0");
  await runUntilLine(SCRIPT, directory, "poll 7");
  await runUntilLine(SCRIPT, directory, "poll 30");

  const lines = await runUntilLine(SCRIPT, directory, "never said");

  expect(lines.at(-1)).toBe("ended SUCCEEDED");
  const polls = (await readFile(join(directory, "log"), "utf8")).trim().split("\n").map(Number);
  const once = polls.filter((poll, index) => poll !== polls[index - 1]);
  expect(once).toEqual(Array.from({ length: 61 }, (_, index) => index));
});
