import { describe, expect, it } from "vitest";
import { readImportLine } from "#domain/import.ts";

const ID = "689174694b4dbdd4ab3d28c9";

const read = (text: string) => readImportLine({ line: 7, text });

describe("a line of an import", () => {
  it("may be an id alone", () => {
    expect(read(`"${ID}"`)).toEqual({ request: { videoModelId: ID } });
  });

  it("may be a job with tags and a deadline", () => {
    const job = { videoModelId: ID, tags: { project: "trailer" }, deadlineHours: 6 };

    expect(read(JSON.stringify(job))).toEqual({ request: job });
  });

  it.each([
    ["no JSON", `{"videoModelId":`, "the line is not JSON"],
    ["an id without quotes", ID, "the line is not JSON"],
    ["an id that none can be", '"a b"', "videoModelId: must be the _id"],
    ["a number", "7", "Invalid input"],
    ["null", "null", "Invalid input"],
    ["a list", `["${ID}"]`, "Invalid input"],
    ["a job without an id", '{"tags":{}}', "videoModelId: Invalid input"],
    ["a field that is none", `{"videoModelId":"${ID}","tag":"x"}`, "tag"],
    ["a deadline out of bounds", `{"videoModelId":"${ID}","deadlineHours":169}`, "deadlineHours"],
    ["a tag that is none", `{"videoModelId":"${ID}","tags":{"a:b":"c"}}`, "tags"],
    ["a field __proto__", `{"videoModelId":"${ID}","__proto__":{}}`, "has a field named __proto__"],
    ["a lone surrogate", `{"videoModelId":"${ID}","tags":{"a":"\\ud800"}}`, "not well-formed"],
  ])("is malformed with %s, and says why", (_what, text, problem) => {
    expect(read(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it("is malformed when it could not be read", () => {
    expect(readImportLine({ line: 7, problem: "the line is not UTF-8" })).toEqual({
      problem: "the line is not UTF-8",
    });
  });

  it("gives a reason of bounded length, whatever it holds", () => {
    const fields = Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`x${index}`, 1]));

    const outcome = read(JSON.stringify({ videoModelId: ID, ...fields }));

    expect("problem" in outcome && outcome.problem.length).toBe(300);
  });
});
