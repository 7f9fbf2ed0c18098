import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { adviceFor } from "../../app/logic/advice.ts";
import { piecesOf, sectionsOf, slugOf } from "../../app/logic/runbook.ts";
import { STATUS_NAMES } from "../../app/logic/status.ts";
import { jobOf } from "./jobs.ts";

const OPERATIONS = readFileSync(new URL("../../../../docs/operations.md", import.meta.url), "utf8");

describe("the runbook", () => {
  it("is read as blocks", () => {
    const [section] = sectionsOf(
      [
        "# Page",
        "before",
        "## One",
        "",
        "Some words",
        "and more.",
        "- a",
        "- b",
        "",
        "| x | y |",
        "|---|---|",
        "| 1 \\| 2 | 3 |",
        "```sh",
        "## no heading",
        "```",
        "### Deeper",
      ].join("\n"),
    );

    expect(section).toEqual({
      title: "One",
      blocks: [
        { kind: "text", text: "Some words and more." },
        { kind: "list", items: ["a", "b"] },
        {
          kind: "table",
          rows: [
            ["x", "y"],
            ["1 | 2", "3"],
          ],
        },
        { kind: "code", text: "## no heading" },
        { kind: "heading", text: "Deeper" },
      ],
    });
  });

  it("ends a block of code with the page", () => {
    expect(sectionsOf("## A\n```\ncode")[0]?.blocks).toEqual([{ kind: "code", text: "code" }]);
  });

  it("shows code, emphasis and the words of links", () => {
    expect(piecesOf("see [the page](x.md#y), `code` and **this**`")).toEqual([
      { kind: "plain", text: "see the page, " },
      { kind: "code", text: "code" },
      { kind: "plain", text: " and " },
      { kind: "strong", text: "this" },
      { kind: "plain", text: "`" },
    ]);
  });

  it("has a section for everything that the console refers to", () => {
    const slugs = sectionsOf(OPERATIONS).map(({ title }) => slugOf(title));
    const at = new Date(0).toISOString();
    const advice = [
      ...STATUS_NAMES.map((status) => adviceFor(jobOf({ status }))),
      adviceFor(jobOf({ fault: { code: "x", reason: "y", at } })),
      adviceFor(jobOf({ lastObservation: { kind: "account_fault", at } })),
      adviceFor(jobOf({ lastObservation: { kind: "throttled", at } })),
    ];
    const wanted = [
      ...advice.flatMap((one) => (one === undefined ? [] : [one.runbook])),
      "The dead-letter queue",
      "Settling a submission",
      "An import that failed",
      "A video that expires soon",
    ];

    for (const title of wanted) expect(slugs).toContain(slugOf(title));
  });
});
