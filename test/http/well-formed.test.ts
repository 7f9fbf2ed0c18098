import { describe, expect, it } from "vitest";
import { jsonReply } from "#http/operation.ts";

describe("an answer of the API", () => {
  it("is well-formed, whatever a record of long ago holds", () => {
    const jobs = [{ prompt: "cut \ud83d", tags: ["whole \u{1F600}", "\ude00"] }];

    const { body = "" } = jsonReply({ status: 200, body: { jobs } });

    expect(JSON.parse(body)).toEqual({
      jobs: [{ prompt: "cut \ufffd", tags: ["whole \u{1F600}", "\ufffd"] }],
    });
    expect(body).not.toMatch(/\\ud[89a-f]/i);
  });
});
