import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEMO_TITLE, drawTerminal, THEMES } from "#scripts/terminal-picture.ts";

const read = (name: string) =>
  readFileSync(new URL(`../../docs/pictures/${name}`, import.meta.url), "utf8");

describe("the picture of the terminal", () => {
  it.each(THEMES)("in the README is the one of the recorded run ($name)", (theme) => {
    const lines = read("demo.txt").trimEnd().split("\n");

    expect(read(`demo-${theme.name}.svg`)).toBe(drawTerminal(DEMO_TITLE, lines, theme));
  });

  it("shows every word, at its place, and what it means by its colour", () => {
    const [theme] = THEMES;
    if (theme === undefined) throw new Error("there is no theme");

    const picture = drawTerminal("a <title>", ["$ npm start", "", "id  archived  a & b"], theme);

    expect(picture).toContain('aria-label="a &lt;title&gt;"');
    expect(picture).toContain(`fill="${theme.prompt}">$ npm start</tspan>`);
    expect(picture).toContain(`fill="${theme.good}">archived</tspan>`);
    expect(picture).toMatch(/<tspan x="129\.6">a &amp; b<\/tspan>/);
    expect(picture.match(/<text /g)).toHaveLength(2);
  });
});
