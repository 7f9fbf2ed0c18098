import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { blocksOf, missingLines, shellBlocks } from "./shell-blocks.ts";

const BLOCKS = shellBlocks().map((block) => [`${block.page}:${block.line}`, block] as const);

describe.each(["bash", "zsh"])("%s", (shell) => {
  const isThere = spawnSync(shell, ["-c", ":"]).status === 0;

  it.skipIf(!isThere).each(BLOCKS)("reads %s", (_place, { code }) => {
    const { status, stderr } = spawnSync(shell, ["-n"], { input: code, encoding: "utf8" });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("a page's blocks", () => {
  const page = [
    "# Title",
    "```sh",
    "echo one",
    "```",
    "says",
    "```text",
    "one",
    "```",
    "<!-- not run: AWS -->",
    "```sh",
    "aws two",
    "```",
    "```ts",
    "three",
    "```",
    "",
  ].join("\n");

  it("have their place, their output, and why one is not run", () => {
    expect(blocksOf("p.md", page)).toEqual([
      { page: "p.md", line: 3, code: "echo one\n", notRun: undefined, output: "one\n" },
      { page: "p.md", line: 11, code: "aws two\n", notRun: "AWS", output: undefined },
    ]);
  });

  it("may all need what is not there", () => {
    const marked = blocksOf("p.md", `<!-- blocks are not run: AWS -->\n\n${page}`);

    expect(marked.map(({ notRun }) => notRun)).toEqual(["AWS", "AWS"]);
  });

  it("are like an output whose ids, times and figures are others", () => {
    const shown = "689174694b4dbdd4ab3d28c9  archived  0:09\n…\nkept in … (7)\nlost";
    const output = "0123456789abcdef01234567 archived 1:10\nkept in /tmp/x (12)\n";

    expect(missingLines(shown, output)).toEqual(["lost"]);
  });
});
