import {
  ArchiverProblem,
  ArchiverUnreachable,
  type Job,
  JobNotArchived,
} from "@akool-archiver/client";
import { describe, expect, it } from "vitest";
import { nextStep, obstacle } from "../src/output/advice.ts";
import { explain } from "../src/output/explain.ts";
import { ago, byteSize, plainText, span, table } from "../src/output/format.ts";
import { createLiveBlock } from "../src/output/live-block.ts";
import { createPrinter } from "../src/output/printer.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const NOW = Date.parse("2026-11-26T12:00:00Z");

function job(more: Partial<Job>): Job {
  return {
    videoModelId: ID,
    status: "processing",
    attempt: 1,
    acceptedAt: "2026-11-26T11:00:00.000Z",
    updatedAt: "2026-11-26T11:59:00.000Z",
    deadlineAt: "2026-11-27T11:00:00.000Z",
    videoExpiresAt: "2026-12-03T11:00:00.000Z",
    polls: 3,
    tags: {},
    timeline: [],
    ...more,
  };
}

const failure = { code: "1", reason: "why", party: "job" } as const;
const fault = {
  code: "TrackingFault",
  reason: "the table is gone",
  at: "2026-11-26T11:59:00.000Z",
};
const seen = (kind: string, detail?: string) => ({
  lastObservation: { kind, at: "2026-11-26T11:59:00.000Z", ...(detail && { detail }) },
});

describe("what to do next about a job", () => {
  it.each<[Partial<Job>, string]>([
    [{ status: "archived" }, `akool-archiver download ${ID}`],
    [{ status: "archive_failed" }, "tried again by itself until 2026-12-03T11:00:00.000Z"],
    [{ status: "failed", failure }, "create it anew at AKOOL"],
    [{ status: "failed", failure: { ...failure, party: "source" } }, `akool-archiver retry ${ID}`],
    [{ status: "rejected" }, "if a permission has been given since"],
    [{ status: "not_found" }, "check the id"],
    [{ status: "timed_out" }, `akool-archiver submit ${ID} --deadline 3d`],
    [{ status: "expired" }, "AKOOL has deleted it"],
    [{ status: "cancelled" }, "if it is wanted after all"],
    [{ fault }, "the sweeper begins it again"],
    [{}, `nothing: it is being followed. akool-archiver watch ${ID}`],
    [{ updatedAt: "2026-11-26T03:00:00.000Z" }, "it last moved 9 h ago: akool-archiver doctor"],
  ])("%j: %s", (more, words) => {
    expect(nextStep(job(more), NOW)).toContain(words);
  });

  it.each<[Partial<Job>, string | undefined]>([
    [{}, undefined],
    [seen("processing"), undefined],
    [seen("throttled", "code 1005"), "the last poll saw throttled: code 1005"],
    [seen("unavailable"), "the last poll saw unavailable"],
    [{ fault }, "a fault of the archiver: the table is gone"],
    [{ failure }, "why"],
  ])("%j stands in the way as %j", (more, words) => {
    expect(obstacle(job(more))).toBe(words);
  });
});

describe("what went wrong", () => {
  const problem = (kind: string, more = {}) =>
    new ArchiverProblem({
      type: `urn:akool-video-archiver:problem:${kind}`,
      title: "Title",
      status: 400,
      detail: "detail",
      ...more,
    });
  const gateway = (status: number) =>
    new ArchiverProblem({ type: "about:blank", title: "No", status, detail: "" });
  const named = (name: string) => Object.assign(new Error("expired"), { name });

  it.each<[unknown, string]>([
    [problem("job-not-found"), "Title (HTTP 400): detail\nCheck the id"],
    [
      problem("invalid-request", { errors: [{ field: "tags", message: "too many" }] }),
      "Title (HTTP 400): detail: tags: too many",
    ],
    [problem("budget-reached"), "detail\nWait for the period to end, or have creditBudget raised"],
    [gateway(401), "No (HTTP 401)\nThe token is missing"],
    [gateway(403), "execute-api:Invoke"],
    [gateway(429), "asked too often"],
    [gateway(413), "No (HTTP 413)"],
    [
      new ArchiverUnreachable("no answer", {
        cause: Object.assign(new Error(""), { code: "ECONNRESET" }),
      }),
      "no answer: ECONNRESET\nIs it the right address?",
    ],
    [new JobNotArchived(job({ status: "failed", failure })), `${ID} is failed: why\nSee why:`],
    [named("CredentialsProviderError"), "No AWS credentials: expired\nLog in"],
    [named("TokenProviderError"), "No AWS credentials"],
    [new Error("a", { cause: new Error("b") }), "a: b"],
    ["text", "text"],
  ])("%s is told with what to do", (error, words) => {
    expect(explain(error)).toContain(words);
  });
});

describe("figures and texts", () => {
  it("are short", () => {
    expect([12, 999, 362_076, 6e6, 5.2e9, 1e16].map(byteSize)).toEqual([
      "12 bytes",
      "999 bytes",
      "362 kB",
      "6 MB",
      "5.2 GB",
      "10000 TB",
    ]);
    expect([41, 240, 25_200, 259_200].map(span)).toEqual(["41 s", "4 min", "7 h", "3 d"]);
    expect(ago("2026-11-26T11:56:00Z", NOW)).toBe("4 min ago");
    expect(ago("2026-11-29T12:00:00Z", NOW)).toBe("in 3 d");
  });

  it("cannot move the cursor", () => {
    expect(plainText("a\u001b[2Jb\nc\u202ed")).toBe("a [2Jb c d");
    expect(
      table([
        ["a", "b"],
        ["ccc", ""],
      ]),
    ).toBe("a    b\nccc");
    expect(table([])).toBe("");
  });
});

describe("a printer", () => {
  function printed(options: object, environment: Record<string, string>, terminal = true) {
    const out: string[] = [];
    const error: string[] = [];
    const stream = (to: string[]) => ({ write: (text: string) => to.push(text), isTTY: terminal });
    const around = { process: { stdout: stream(out), stderr: stream(error) }, environment };
    return { print: createPrinter(around, options), out, error };
  }

  it("has colours on a terminal, unless NO_COLOR, a pipe or JSON forbids", () => {
    expect(printed({}, {}).print.good("x")).toBe("\u001b[32mx\u001b[0m");
    expect(printed({}, { NO_COLOR: "" }).print.bad("x")).toBe("\u001b[31mx\u001b[0m");
    expect(printed({}, { NO_COLOR: "1" }).print.good("x")).toBe("x");
    expect(printed({}, { TERM: "dumb" }).print.bold("x")).toBe("x");
    expect(printed({}, {}, false).print.faint("x")).toBe("x");
    expect(printed({ json: true }, {}).print.good("x")).toBe("x");
  });

  it("keeps progress off the results, and takes it away before the next line", () => {
    const { print, out, error } = printed({}, {});
    print.progress("half");
    print.note("note");
    print.result({}, "done");

    expect(error).toEqual(["\r\u001b[2Khalf", "\r\u001b[2K", "note\n"]);
    expect(out).toEqual(["done\n"]);
  });

  it("says only results with --quiet, and JSON with --json", () => {
    const quiet = printed({ quiet: true }, {});
    quiet.print.progress("half");
    quiet.print.note("note");
    quiet.print.result({}, "");
    const json = printed({ json: true }, {});
    json.print.result({ a: 1 }, "text");

    expect([quiet.out, quiet.error]).toEqual([[], []]);
    expect(json.out).toEqual(['{"a":1}\n']);
  });
});

describe("lines in place", () => {
  it("are drawn over those before, no more than fit", () => {
    const written: string[] = [];
    const write = (text: string) => void written.push(text);
    const block = createLiveBlock({ write, columns: 12, rows: 4 });

    block.clear();
    block.draw(["a long line of text", "b", "c", "d"]);
    block.draw(["e"]);
    block.clear();

    expect(written).toEqual([
      "\r\u001b[Ja long line\nb\n… and 2 more\n",
      "\u001b[3A\r\u001b[Je\n",
      "\u001b[1A\r\u001b[J",
    ]);
  });
});
