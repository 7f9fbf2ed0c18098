import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { METRICS } from "#domain/metrics.ts";
import { nextSweep } from "#domain/sweeping/sweep-schedule.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

const dashboardSchema = z.object({
  widgets: z.array(
    z.object({
      type: z.string(),
      properties: z.looseObject({
        title: z.optional(z.string()),
        markdown: z.optional(z.string()),
      }),
    }),
  ),
});

const bodySchema = z.object({
  DashboardName: z.unknown(),
  DashboardBody: z.object({ "Fn::Join": z.tuple([z.string(), z.array(z.unknown())]) }),
});

/** The one dashboard; what is known only when the stack is deployed is left out. */
function dashboard() {
  const [resource] = Object.values(template.findResources("AWS::CloudWatch::Dashboard"));
  const { DashboardName, DashboardBody } = bodySchema.parse(resource?.Properties);
  const body = DashboardBody["Fn::Join"][1].filter((part) => typeof part === "string").join("");
  return { name: DashboardName, body, ...dashboardSchema.parse(JSON.parse(body)) };
}

describe("the dashboard", () => {
  it("shows all alarms, and answers six questions from top to bottom", () => {
    const { name, widgets } = dashboard();
    const questions = widgets.flatMap(({ properties: { markdown } }) => markdown ?? []);

    // Names are the account's, in all of its regions.
    expect(name).toEqual({ "Fn::Join": ["", ["AkoolVideoArchiver-", { Ref: "AWS::Region" }]] });
    expect(widgets[0]).toMatchObject({ type: "alarm", properties: { title: "Alarms" } });
    expect(questions.map((text) => text.split("\n")[0])).toEqual([
      "## Are jobs ending?",
      "## How late?",
      "## Is anything stuck?",
      "## Is AKOOL well?",
      "## Is the archive well?",
      "## What did it cost?",
    ]);
    for (const text of questions) expect(text.split("\n")[1]?.length).toBeGreaterThan(80);
  });

  it("has charts under each question", () => {
    const kinds = dashboard().widgets.map(({ type }) => type[0]);

    expect(kinds.join("")).toMatch(/^a(tm{2,4}){6}$/);
  });

  it("shows every metric that a function writes: what nobody looks at is not paid for", () => {
    const { body } = dashboard();
    const shown = [...body.matchAll(/"AkoolVideoArchiver","(\w+)"/g)].map(([, metric]) => metric);

    expect(new Set(shown)).toEqual(new Set([...Object.keys(METRICS), "RefusedRequests"]));
  });

  it("counts the sweeper's looks at videos that expire soon over its longest pause", () => {
    const charts = dashboard().widgets.map(({ properties }) => JSON.stringify(properties));
    const [chart = expect.fail(), ...others] = charts.filter((it) =>
      it.includes('"VideoExpiringUnarchived"'),
    );

    expect(others).toEqual([]);
    expect(chart).toContain('"label":"per 2 hours"');
    const options = /"VideoExpiringUnarchived".+?(\{.+?\})/.exec(chart)?.[1] ?? "{}";
    const longestPause = nextSweep(
      { status: "archive_failed", attempt: 100, videoExpiresAt: "2026-01-05T12:00:00.000Z" },
      0,
    );
    expect(JSON.parse(options)).toMatchObject({ stat: "Sum", period: longestPause / 1000 });
  });

  it("shows the series of this stack and of no other", () => {
    const { body } = dashboard();
    const series = [...body.matchAll(/"AkoolVideoArchiver","(\w+)",(.+?)(,|\])/g)];

    for (const [, metric, dimension] of series) {
      if (metric !== "RefusedRequests") expect(dimension).toBe('"service"');
    }
  });
});
