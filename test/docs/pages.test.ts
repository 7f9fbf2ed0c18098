import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { anchorOf, cellsOf, headingsOf } from "#test/support/markdown.ts";

const ROOT = new URL("../../", import.meta.url);
/** A longer cell is a paragraph, and belongs below the table. */
const MAX_CELL_LENGTH = 200;
/** A glossary that is longer is not learned. */
const MAX_WORDS = 25;
/** A longer README is not read; what it lacks is in docs/. */
const MAX_README_WORDS = 1_500;
/** What zsh reads otherwise than bash: a comment, its own `path`, a prompt of `read`. */
const NOT_FOR_ZSH = /(?:^|\s)#|\b(?:local|typeset) path\b|\bread -\w*p\b/;

const read = (target: URL) => readFileSync(target, "utf8");
const files = (...patterns: string[]) =>
  globSync(patterns, {
    cwd: fileURLToPath(ROOT),
    exclude: (name) => name === "node_modules",
  }).map((path) => path.replaceAll("\\", "/"));

/** Every page that people read. */
const PAGES = files("*.md", "docs/**/*.md", "packages/*/README.md");
const SOURCES = files("{bench,bin,functions,lib,local,packages,scripts,test}/**/*.ts");

function leadsNowhere(target: URL, anchor: string | undefined): boolean {
  if (!existsSync(target)) return true;
  return anchor !== undefined && !headingsOf(read(target)).map(anchorOf).includes(anchor);
}

describe.each(PAGES)("%s", (page) => {
  const here = new URL(page, ROOT);
  const text = read(here);

  it("links to pages and headings that exist", () => {
    const links = [...text.matchAll(/\]\((?!\w+:)([^()#\s]*)(?:#([^()\s]+))?\)/g)];

    const broken = links.filter(([, path = "", anchor]) =>
      leadsNowhere(path === "" ? here : new URL(path, here), anchor),
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it("names files and folders that exist", () => {
    const named = text.matchAll(
      /`((?:bench|bin|docs|functions|lib|local|packages|schemas|scripts|test)\/[\w./-]+)`/g,
    );
    const missing = [...named].filter(([, path = ""]) => !existsSync(new URL(path, ROOT)));

    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it("has nothing in its shell blocks that zsh refuses", () => {
    const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);

    expect(
      blocks.flatMap((block) => block.split("\n")).filter((line) => NOT_FOR_ZSH.test(line)),
    ).toEqual([]);
  });

  it(`has no table cell of more than ${MAX_CELL_LENGTH} characters`, () => {
    expect(cellsOf(text).filter((cell) => cell.length > MAX_CELL_LENGTH)).toEqual([]);
  });
});

describe("commands", () => {
  const scriptsOf = (file: string): string[] =>
    Object.keys(JSON.parse(read(new URL(file, ROOT))).scripts ?? {});
  const known = new Set(files("package.json", "packages/*/package.json").flatMap(scriptsOf));

  it.each([...PAGES, ...files(".github/workflows/*.yml", ".ci/*")])(
    "that %s names exist",
    (page) => {
      const named = [...read(new URL(page, ROOT)).matchAll(/\bnpm run ([a-z][\w:-]*)/g)];

      expect(named.map(([, name = ""]) => name).filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it("of a release keep what later ones must stay compatible with, before the tests", () => {
    const workflow = read(new URL(".github/workflows/release.yml", ROOT));

    expect(workflow).toMatch(
      /npm run keep-release[\s\S]+npm test[\s\S]+git add .*test\/fixtures\/released/,
    );
  });
});

describe("the sources", () => {
  it("name pages and headings of docs/ that exist", () => {
    const broken = SOURCES.flatMap((source) =>
      [...read(new URL(source, ROOT)).matchAll(/\bdocs\/[\w/-]+\.md(?:#([\w-]+))?/g)]
        .filter(([path, anchor]) => leadsNowhere(new URL(path, ROOT), anchor))
        .map(([path]) => `${source}: ${path}`),
    );
    expect(broken).toEqual([]);
  });

  it("name decisions that exist", () => {
    const known = new Set(PAGES.map((page) => /^docs\/decisions\/(\d{4})-/.exec(page)?.[1]));

    const unknown = SOURCES.flatMap((source) =>
      [...read(new URL(source, ROOT)).matchAll(/\bdecisions? (\d{4})\b/gi)]
        .filter(([, number]) => !known.has(number))
        .map(([name]) => `${source}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});

it(`README.md has at most ${MAX_README_WORDS} words`, () => {
  expect(
    read(new URL("README.md", ROOT))
      .split(/\s+/)
      .filter((word) => word !== "").length,
  ).toBeLessThanOrEqual(MAX_README_WORDS);
});

describe("docs/decisions/README.md", () => {
  it("lists every decision", () => {
    const list = read(new URL("docs/decisions/README.md", ROOT));
    const decisions = PAGES.filter((page) => /^docs\/decisions\/\d/.test(page));

    expect(decisions.length).toBeGreaterThan(0);
    expect(
      decisions.filter((page) => !list.includes(page.slice("docs/decisions/".length))),
    ).toEqual([]);
  });
});

describe("docs/architecture.md", () => {
  it(`explains at most ${MAX_WORDS} words`, () => {
    const [, words = ""] = read(new URL("docs/architecture.md", ROOT)).split("\n## Words\n");
    const rows = words.split("\n").filter((line) => /^\| [^-]/.test(line));

    expect(rows.length - 1).toBeGreaterThan(0);
    expect(rows.length - 1).toBeLessThanOrEqual(MAX_WORDS);
  });

  it("leads to every page below it", () => {
    const entry = read(new URL("docs/architecture.md", ROOT));
    const below = PAGES.filter((page) => page.startsWith("docs/architecture/"));

    expect(below.filter((page) => !entry.includes(`](${page.slice("docs/".length)})`))).toEqual([]);
  });
});
