import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cellsOf } from "#test/support/markdown.ts";

const read = (page: string) => readFileSync(new URL(`../../${page}`, import.meta.url), "utf8");

/** The cells of the row of a page that begins with a text. */
function row(page: string, first: string): string[] {
  const line = read(page)
    .split("\n")
    .find((text) => text.startsWith(`| ${first} |`));
  if (line === undefined) throw new Error(`${page} has no row ${first}`);
  return cellsOf(line).map((cell) => cell.replaceAll("*", ""));
}

/** Whole dollars of three digits, as the README gives them; cents below one. */
function inShort(text: string): string {
  const dollars = Number(text.replaceAll(",", ""));
  if (dollars < 1) return `$${text}`;
  return `$${Math.round(Number(dollars.toPrecision(3))).toLocaleString("en-US")}`;
}

it.each([
  ["1,000", 1],
  ["100,000", 2],
  ["10 million", 3],
])("README.md has the costs of docs/costs.md, for %s videos a month", (videos, column) => {
  const computed = [
    "**sum, polled**",
    "**sum, with webhooks**",
    "storage of these videos, a month",
  ];

  expect(row("README.md", videos).slice(1)).toEqual(
    computed.map((first) => inShort(row("docs/costs.md", first)[column] ?? "")),
  );
});

it("README.md has the most that monitoring and the secret cost", () => {
  const [, dollars = ""] = row("docs/costs.md", "monitoring and the secret, at most");

  expect(read("README.md")).toContain(`Up to ${inShort(dollars)} of each is monitoring`);
});
