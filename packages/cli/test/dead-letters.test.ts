import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Deployed, STACK, serveDeployed, wellDeployed } from "./deployed.ts";
import { command } from "./in-process.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const REQUEST = {
  body: { "detail-type": "Video Job Requested", detail: { videoModelId: ID, tags: { team: "a" } } },
  attributes: { ERROR_CODE: "THROTTLING", ERROR_MESSAGE: "too many" },
};
const ENDED = {
  body: {
    "detail-type": "Step Functions Execution Status Change",
    detail: { executionArn: "arn:execution" },
  },
  attributes: { ERROR_MESSAGE: "no capacity" },
};
const FAILED = {
  body: {
    requestPayload: { detail: { executionArn: "arn:failed" } },
    responsePayload: { errorMessage: "the table is gone" },
  },
};
const REFUSED = {
  body: { request: {}, error: "videoModelId: is missing", execution: "arn:refused" },
};

let deployed: Deployed;
let served: Awaited<ReturnType<typeof serveDeployed>>;

beforeEach(async () => {
  deployed = wellDeployed();
  served = await serveDeployed(deployed);
});
afterEach(() => served.close());

const deadLetters = (verb: string, ...flags: string[]) =>
  command(["dead-letters", verb, "--stack", STACK, "--region", "us-east-1", ...flags]);

describe("dead letters", () => {
  it("are listed by what they are, with their reason", async () => {
    deployed.deadLetters = [REQUEST, ENDED, FAILED, REFUSED];

    const { code, out } = await deadLetters("list");

    expect(out.split("\n")).toEqual([
      `message-0  request  ${ID}  too many`,
      "message-1  execution-ended  arn:execution  no capacity",
      "message-2  execution-ended  arn:failed  the table is gone",
      "message-3  refused  arn:refused  videoModelId: is missing",
      "",
    ]);
    expect(code).toBe(0);
  });

  it("are none, and it says so", async () => {
    expect(await deadLetters("list")).toMatchObject({
      code: 0,
      out: "",
      error: "the dead-letter queue is empty\n",
    });
  });

  it("are done after all: submitted, or given to the function; what was refused stays", async () => {
    deployed.deadLetters = [REQUEST, FAILED, REFUSED];

    const { code, out } = await deadLetters("redrive", "--yes", "--json");

    const outcomes = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).outcome);
    expect(outcomes).toEqual(["done", "done", "stays: it names no job"]);
    expect(code).toBe(1);
    const submitted = served.calls.find(({ operation }) => operation === "POST /jobs");
    expect(JSON.parse(submitted?.input ?? "")).toEqual(REQUEST.body.detail);
    const invoked = served.calls.find(({ operation }) => operation.includes("ended-function"));
    expect(JSON.parse(invoked?.input ?? "")).toEqual(FAILED.body.requestPayload);
    const deleted = served.calls.filter(({ operation }) => operation === "DeleteMessage");
    expect(deleted.map(({ input }) => JSON.parse(input).ReceiptHandle)).toEqual([
      "handle-0",
      "handle-1",
    ]);
  });

  it("stay where the archiver takes them no better than before", async () => {
    deployed.deadLetters = [REQUEST, { body: "no JSON object" }];
    const body = { type: "urn:akool-video-archiver:problem:internal-error", title: "Failed" };
    deployed.answers["POST /jobs"] = { status: 500, body: { ...body, detail: "", status: 500 } };

    const { code, out } = await deadLetters("redrive", "--yes");

    expect(out).toMatch(new RegExp(`${ID}  too many  failed: .+\nmessage-1  refused .*stays`));
    expect(code).toBe(1);
    expect(served.calls.map(({ operation }) => operation)).not.toContain("DeleteMessage");
  });

  it.each([
    ["y\n", ["DeleteMessage"]],
    ["Yes\n", ["DeleteMessage"]],
    ["n\n", []],
    ["yesterday\n", []],
    ["", []],
  ])("are done after all when a person answers %j", async (answer, expected) => {
    deployed.deadLetters = [REQUEST];
    const flags = ["--stack", STACK, "--region", "us-east-1"];

    const { code, error } = await command(["dead-letters", "redrive", ...flags], {}, answer, {
      terminal: true,
    });

    expect(error).toContain("Redrive everything that can be? [y/N] ");
    const operations = served.calls.map(({ operation }) => operation);
    expect(operations.filter((name) => name === "DeleteMessage")).toEqual(expected);
    expect(code).toBe(0);
  });

  it("are not touched unasked", async () => {
    deployed.deadLetters = [REQUEST];

    const { code, error } = await deadLetters("redrive");

    expect(code).toBe(2);
    expect(error).toContain("--yes");
    expect(served.calls.map(({ operation }) => operation)).not.toContain("ReceiveMessage");
  });
});
