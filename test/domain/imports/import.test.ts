import { describe, expect, it } from "vitest";
import {
  importJobSchema,
  importLineSchema,
  importSummarySchema,
  lineResultSchema,
  noOutcomes,
  readImportLine,
} from "#domain/imports/import.ts";

const ID = "689174694b4dbdd4ab3d28c9";

const read = (text: string) => readImportLine({ line: 7, text });

describe("a line of an import", () => {
  it("may be an id alone", () => {
    expect(read(`"${ID}"`)).toEqual({ request: { videoModelId: ID } });
  });

  it.each([
    ID,
    `${ID},`,
    `${ID} ;`,
    `" ${ID}\\t"`,
    `{"videoModelId":"${ID} "}`,
    "12345678",
    `'${ID}',`,
    `- ${ID}`,
    `* ${ID}`,
    `{"_id":"${ID}"}`,
    `{"_id":{"$oid":"${ID}"}}`,
    `{"video_model_id":"${ID}"}`,
    `{"id":" ${ID}"}`,
  ])("may be an id as people write it: %s", (text) => {
    const videoModelId = text === "12345678" ? text : ID;
    expect(read(text)).toEqual({ request: { videoModelId } });
  });

  it("may have numbers and booleans as values of tags, and null for what is not given", () => {
    const tags = { n: 7, x: 1.5, yes: true, no: false, none: null, text: " kept " };
    const job = { videoModelId: ID, tags, deadlineHours: null };

    expect(read(JSON.stringify(job))).toEqual({
      request: {
        videoModelId: ID,
        tags: { n: "7", x: "1.5", yes: "true", no: "false", text: " kept " },
      },
    });
    expect(read(JSON.stringify({ videoModelId: ID, tags: null }))).toEqual({
      request: { videoModelId: ID },
    });
  });

  it("may have a deadline as text, when that is a number", () => {
    expect(read(`{"videoModelId":"${ID}","deadlineHours":"12"}`)).toEqual({
      request: { videoModelId: ID, deadlineHours: 12 },
    });
    for (const text of ["soon", " "]) {
      expect(read(JSON.stringify({ videoModelId: ID, deadlineHours: text }))).toEqual({
        problem: expect.stringContaining("deadlineHours"),
      });
    }
  });

  it("has one id, and names what else is there", () => {
    expect(read(`{"videoModelId":"${ID}","_id":"${ID}"}`)).toEqual({
      problem: expect.stringContaining("_id"),
    });
  });

  it("keeps a number that is a name, however long it is", () => {
    expect(
      read(`{"videoModelId":"${ID}","tags":{"order":12345678901234567890,"x":1e400}}`),
    ).toEqual({
      request: { videoModelId: ID, tags: { order: "12345678901234567890", x: "1e400" } },
    });
  });

  it("may be a job with tags and a deadline", () => {
    const job = { videoModelId: ID, tags: { project: "trailer" }, deadlineHours: 6 };

    expect(read(JSON.stringify(job))).toEqual({ request: job });
  });

  it.each([
    ["no JSON", `{"videoModelId":`, "the line is not JSON"],
    ["two ids", `${ID} ${ID}`, "the line is not JSON"],
    ["a tag that is a list", `{"videoModelId":"${ID}","tags":{"a":[1]}}`, "tags"],
    ["tags that are a text", `{"videoModelId":"${ID}","tags":"a"}`, "tags"],
    ["an id that none can be", '"a b"', "videoModelId: must be the _id"],
    ["a number", "7", "Invalid input"],
    ["null", "null", "Invalid input"],
    ["a list", `["${ID}"]`, "Invalid input"],
    ["a job without an id", '{"tags":{}}', "videoModelId: Invalid input"],
    ["a field that is none", `{"videoModelId":"${ID}","tag":"x"}`, "tag"],
    ["a deadline out of bounds", `{"videoModelId":"${ID}","deadlineHours":169}`, "deadlineHours"],
    ["two fields that are wrong", '{"deadlineHours":0}', "; deadlineHours"],
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

describe("what the parts of an import hand on", () => {
  const summary = {
    lines: 1,
    outcomes: noOutcomes(),
    report: [{ bucket: "b", key: "k", bytes: 2 }],
  };

  it.each([
    ["a line with its text", importLineSchema, { line: 1, text: "x" }],
    ["a line that cannot be read", importLineSchema, { line: 1, problem: "x" }],
    ["the result of a line", lineResultSchema, { line: 1, outcome: "started", reason: "x" }],
    ["a summary", importSummarySchema, summary],
    ["an id", importJobSchema, ID],
    ["a job", importJobSchema, { videoModelId: ID, deadlineHours: 6 }],
  ])("is read as it was written: %s", (_what, schema, value) => {
    expect(schema.parse(value)).toEqual(value);
  });

  it.each([
    ["a line without a number", importLineSchema, { text: "x" }],
    ["a line without text and problem", importLineSchema, { line: 1 }],
    ["a result without an outcome", lineResultSchema, { line: 1 }],
    ["a result of an unknown outcome", lineResultSchema, { line: 1, outcome: "lost" }],
    ["a summary that leaves an outcome out", importSummarySchema, { ...summary, outcomes: {} }],
    ["a summary with half a report", importSummarySchema, { ...summary, report: [{ key: "k" }] }],
    ["a summary without lines", importSummarySchema, { ...summary, lines: undefined }],
  ])("is refused: %s", (_what, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });

  it("says what a job may be when it is neither", () => {
    const { error } = importJobSchema.safeParse(7);

    expect(error?.issues[0]?.message).toBe(
      "must be an id, or an object with videoModelId, tags and deadlineHours",
    );
  });

  it("begins with no line counted", () => {
    expect(Object.values(noOutcomes())).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
