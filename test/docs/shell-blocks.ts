import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PATTERNS = [
  "*.md",
  "docs/**/*.md",
  "packages/*/README.md",
  "packages/*/*/README.md",
  "examples/*.md",
];
/** In front of a block, or of a page's heading, for all of its blocks. Invisible on the page. */
const MARK = /<!-- (?:blocks are )?not run: ([^>]+) -->/;

/** A block of shell commands in a page. */
export interface ShellBlock {
  readonly page: string;
  readonly line: number;
  readonly code: string;
  /** Why it is not run, if it is not. */
  readonly notRun: string | undefined;
  /** What the page shows of its output. */
  readonly output: string | undefined;
}

/** Every shell block of the pages that people read, in their order. */
export function shellBlocks(): ShellBlock[] {
  const pages = globSync(PATTERNS, { cwd: ROOT, exclude: (name) => name === "node_modules" });
  return pages.sort().flatMap((page) => blocksOf(page, readFileSync(`${ROOT}/${page}`, "utf8")));
}

/** @param text of the page */
export function blocksOf(page: string, text: string): ShellBlock[] {
  const whole = /^<!-- blocks are not run: ([^>]+) -->/m.exec(text)?.[1];
  const fences = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return fences.flatMap(({ 0: fence, 1: language, 2: code = "", index }, at) => {
    if (language !== "sh") return [];
    const [before = ""] = text.slice(0, index).trimEnd().split("\n").slice(-1);
    const next = fences[at + 1];
    // What comes next is its output, unless another block or a heading comes in between.
    const between = next === undefined ? "#" : text.slice(index + fence.length, next.index);
    const isOutput = next?.[1] === "text" && !/^#/m.test(between);
    return [
      {
        page,
        line: text.slice(0, index).split("\n").length + 1,
        code,
        notRun: whole ?? MARK.exec(before)?.[1],
        output: isOutput ? next[2] : undefined,
      },
    ];
  });
}

/**
 * What lines of an output have in common from run to run: ids, times, figures and columns' widths are
 * left out.
 */
function shapeOf(line: string): string {
  return line
    .replaceAll(/\b[0-9a-f]{24}\b/g, "<id>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/\d+/g, "<n>")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The lines that a page shows and an output has not; `…` stands for anything. */
export function missingLines(shown: string, output: string): string[] {
  const shapes = output.split("\n").map(shapeOf);
  return shown
    .split("\n")
    .filter((line) => line.trim() !== "" && line.trim() !== "…")
    .filter((line) => {
      const pattern = shapeOf(line).split("…").map(escaped).join(".*");
      return !shapes.some((shape) => new RegExp(`^${pattern}$`).test(shape));
    });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
