import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const SOURCES = "{bench,bin,functions,lib,local,packages,rehearsal,scripts,test}/**/*.ts";

/** Decisions that no line of code follows, and what they are about instead. */
const WITHOUT_CODE: Readonly<Record<string, string>> = {
  "0001": "the package `node` in package.json",
  "0022": "the scripts of package.json",
  "0074": "what was not taken: durable functions",
  "0075": "what was not taken: a stream",
  "0078": "what is not made: a picture",
};

const list = readFileSync(new URL("docs/decisions/README.md", ROOT), "utf8");
const entries = [...list.matchAll(/^- \[(\d{4})\. .*$/gm)];
const ACCEPTED = entries
  .filter(([line]) => !line.includes("superseded"))
  .map(([, number = ""]) => number);

const NAMED = new Set(
  globSync(["*.ts", SOURCES], {
    cwd: fileURLToPath(ROOT),
    exclude: (name) => name === "node_modules",
  })
    .map((path) => readFileSync(new URL(path.replaceAll("\\", "/"), ROOT), "utf8"))
    .flatMap((text) => [...text.matchAll(/\bdecisions? ((?:\d{4}(?:, | and )?)+)/gi)])
    .flatMap(([, numbers = ""]) => numbers.match(/\d{4}/g) ?? []),
);

describe("the decisions that hold", () => {
  it("are each named where the code follows them, or are listed as those without code", () => {
    expect(ACCEPTED.length).toBeGreaterThan(50);
    expect(ACCEPTED.filter((number) => !NAMED.has(number) && !(number in WITHOUT_CODE))).toEqual(
      [],
    );
  });

  it("are listed as without code only while no code names them", () => {
    expect(Object.keys(WITHOUT_CODE).filter((number) => NAMED.has(number))).toEqual([]);
    expect(Object.keys(WITHOUT_CODE).filter((number) => !ACCEPTED.includes(number))).toEqual([]);
  });
});

describe("the decisions that were replaced", () => {
  it("are not named in the code any more", () => {
    const replaced = entries
      .filter(([line]) => line.includes("superseded"))
      .map(([, number = ""]) => number);

    expect(replaced.length).toBeGreaterThan(0);
    expect(replaced.filter((number) => NAMED.has(number))).toEqual([]);
  });
});
