import { describe, expect, it } from "vitest";
import { logFor } from "#local/command/serve-log.ts";
import { Paper } from "../display/screen.ts";

const NOW = Date.parse("2026-11-27T10:00:00.500Z");

function told(json: boolean) {
  const paper = new Paper();
  return { paper, log: logFor(paper, json, () => NOW) };
}

const request = { method: "POST", path: "/jobs", status: 202, milliseconds: 12 };

describe("a line of serve", () => {
  it.each([
    [undefined, ""],
    ['{"title":"The request is not valid","detail":"tags"}', "  The request is not valid: tags"],
    ['{"title":"No","errors":[{"field":"tags","message":"too many"}]}', "  No: tags: too many"],
    ['{"message":"Not Found"}', "  Not Found"],
    ["{}", ""],
    ["<html>", ""],
    ["[1]", ""],
  ])("of a request has the reason of a refusal: %j", (refusal, words) => {
    const { paper, log } = told(false);

    log.request({ ...request, ...(refusal !== undefined && { refusal }) });

    expect(paper.text).toBe(`2026-11-27T10:00:00Z  POST /jobs  202  12 ms${words}\n`);
  });

  it("of a request is JSON for a program, without what is not to be told", () => {
    const { paper, log } = told(true);

    log.request({ ...request, status: 400, refusal: '{"title":"No","secret":"s"}' });
    log.request({ ...request, path: "/_local/events" });

    expect(paper.lines.map((line): unknown => JSON.parse(line))).toEqual([
      { type: "request", at: "2026-11-27T10:00:00Z", ...request, status: 400, reason: "No" },
    ]);
  });

  it.each([
    [
      {
        error: { Error: "MalformedRequest", Cause: '{"errorMessage":"videoModelId: is missing"}' },
      },
      "a request was refused: videoModelId: is missing",
    ],
    [{ error: { Cause: "timed out" } }, "a request was refused: timed out"],
    [{ "detail-type": "Video Job Requested" }, '"Video Job Requested" could not be delivered'],
    ["text", "a message could not be delivered"],
  ])("of a dead letter says why: %j", (body, words) => {
    const { paper, log } = told(false);

    log.deadLetter(typeof body === "string" ? body : JSON.stringify(body));

    expect(paper.text).toBe(`2026-11-27T10:00:00Z  dead letter  ${words}\n`);
  });

  it("cannot move the cursor, and has an end", () => {
    const { paper, log } = told(false);

    log.deadLetter(JSON.stringify({ error: { Cause: `a\u001b[2Jb${"c".repeat(400)}` } }));

    expect(paper.text).not.toContain("\u001b");
    expect(paper.lines[0]).toHaveLength(300);
  });
});
