import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerQuery } from "../src/commands/ledger.ts";
import { csv } from "../src/output/csv.ts";
import { type Deployed, STACK, serveDeployed, wellDeployed } from "./deployed.ts";
import { command } from "./in-process.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const stack = ["--stack", STACK, "--region", "us-east-1"];
const soon = () => new Date(Date.now() + 7_200_000 + 60_000).toISOString();
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

let deployed: Deployed;
let served: Awaited<ReturnType<typeof serveDeployed>>;

beforeEach(async () => {
  deployed = wellDeployed();
  served = await serveDeployed(deployed);
});
afterEach(() => served.close());

const run = (...args: string[]) => command([...args, ...stack]);
const path = () => served.calls.at(-1)?.path ?? "";

function answer(operation: string, body: unknown): void {
  deployed.answers[operation] = { status: 200, body };
}

const summaryOf = (more: object = {}) => ({
  at: ago(0),
  counts: { archived: 12, failed: 1, accepted: 0 },
  countedAt: ago(5),
  expiring: [],
  submissionsUnknown: 0,
  needsPerson: [],
  imports: [],
  credits: { day: "2026-11-27", charged: 120, estimated: 20 },
  ...more,
});
const expiringOf = () => [
  {
    videoModelId: ID,
    status: "archive_failed",
    videoExpiresAt: soon(),
    missing: "video",
    reason: "=no\u001b[2J face",
  },
  {
    videoModelId: "another-one",
    status: "completed",
    videoExpiresAt: soon(),
    missing: "companions",
  },
];

describe("summary", () => {
  it("is short when nothing needs a person", async () => {
    answer("GET /summary", summaryOf());

    const { code, out } = await run("summary");

    expect(out).toMatch(/^JOBS +counted 5 min ago\narchived +12\nfailed +1\n\nCREDITS\n/);
    expect(out).toContain("of 2026-11-27  120 charged, 20 estimated");
    expect(out).toContain("Nothing needs a person.");
    expect(out).not.toMatch(/accepted|EXPIRING|IMPORT/);
    expect(code).toBe(0);
  });

  it("says what expires, runs, and waits for a person, and what is left of the budget", async () => {
    answer(
      "GET /summary",
      summaryOf({
        counts: {},
        expiring: expiringOf(),
        submissionsUnknown: 2,
        needsPerson: [
          { kind: "submission_unknown", count: 2, detail: "GET /character-swaps lists them" },
          { kind: "account", count: 1, detail: "the key\nwas refused" },
        ],
        imports: [{ importId: "i-1", state: "running", startedAt: ago(3) }],
        budget: { period: "2026-11", limit: 1_000, spent: 250, running: 30, share: 0.25 },
        balance: { credits: 75.5, at: ago(3) },
        uncountedSince: "2026-11-27T01:00:00Z",
      }),
    );

    const { out, error } = await run("summary");

    expect(error).toBe("not added up yet: changes since 2026-11-27T01:00:00Z\n");
    expect(out).toMatch(/^JOBS +counted 5 min ago\nnone\n/);
    expect(out).toMatch(new RegExp(`${ID}  archive_failed  in 2 h +video +=no \\[2J face`));
    expect(out).toMatch(/i-1 +running +3 min ago/);
    expect(out).toMatch(/of 2026-11 +250 of 1000 charged \(25 %\), about 30 more running/);
    expect(out).toMatch(/at AKOOL +75\.5 left, asked 3 min ago/);
    expect(out).toMatch(
      /Needs a person\nsubmission_unknown +2 .+: akool-archiver swaps --unknown\n/,
    );
    expect(out).toMatch(/\naccount +1 +the key was refused/);
  });

  it("does without what the archiver cannot tell yet", async () => {
    answer("GET /summary", summaryOf({ counts: {}, countedAt: undefined, imports: undefined }));

    expect((await run("summary")).out).toMatch(/^JOBS +not counted yet\n\nCREDITS\n/);
    expect((await run("summary", "--csv")).out).not.toContain("imports.running");
  });

  it("is figures for a spreadsheet, and JSON for a program", async () => {
    const budget = { period: "2026-11", limit: 1_000, spent: 250, running: 30, share: 0.25 };
    const balance = { credits: 75.5, at: ago(3) };
    const needsPerson = [{ kind: "account", count: 1, detail: "" }];
    answer("GET /summary", summaryOf({ budget, balance, needsPerson, expiring: expiringOf() }));

    const sheet = await run("summary", "--csv");
    const program = await run("summary", "--json");

    expect(sheet.out.split("\r\n")).toEqual(
      expect.arrayContaining([
        "name,figure",
        "jobs.archived,12",
        "expiring,2",
        "needs_person.account,1",
        "imports.running,0",
        "credits.charged,120",
        "budget.spent,250",
        "budget.running,30",
        "balance.credits,75.5",
      ]),
    );
    expect(program.json()).toMatchObject([{ counts: { archived: 12 } }]);
  });
});

describe("expiring", () => {
  it("is a table, ids, CSV or JSON", async () => {
    answer("GET /summary", summaryOf({ expiring: expiringOf() }));

    expect((await run("expiring")).out).toMatch(
      /^EXPIRING +STATUS +DELETED +MISSING +REASON\n.+in 2 h +video.+\nanother-one +completed +in 2 h +companions\n$/,
    );
    expect((await run("expiring", "--quiet")).out).toBe(`${ID}\nanother-one\n`);
    expect((await run("expiring", "--json")).json()).toMatchObject([{ missing: "video" }, {}]);
    const { out } = await run("expiring", "--csv");
    expect(out.split("\r\n")[0]).toBe("videoModelId,status,videoExpiresAt,missing,reason");
    expect(out).toContain("'=no");
  });

  it("says when there is nothing", async () => {
    answer("GET /summary", summaryOf());

    expect(await run("expiring")).toMatchObject({ out: "", error: "nothing expires soon\n" });
  });
});

const figures = (jobs: number) => ({
  jobs,
  credits: { charged: 10 * jobs, estimated: 5 },
  videos: { archived: jobs, bytes: 1_000_000 * jobs, missing: 1, missingCredits: 20 },
  companions: { archived: 2, bytes: 4_000, missing: 0 },
  failed: { jobs: 1, credits: 10 },
});
const ledgerOf = (more: object = {}) => ({
  from: "2026-11-01",
  to: "2026-11-02",
  groupBy: "tag:team",
  rows: [
    { group: "film", ...figures(3) },
    { group: "", ...figures(1) },
  ],
  total: figures(4),
  submissions: { settled: 2, unknown: 1 },
  ...more,
});

describe("ledger", () => {
  it("is a table with its total, and says what it does not know", async () => {
    answer(
      "GET /ledger",
      ledgerOf({ missingUntil: soon(), uncountedSince: "2026-11-02T01:00:00Z" }),
    );

    const { out, error } = await run(
      ...["ledger", "--from", "2026-11-01", "--to", "2026-11-02", "--group-by", "tag:team"],
    );

    expect(path()).toBe("/ledger?from=2026-11-01&to=2026-11-02&groupBy=tag%3Ateam");
    expect(out).toMatch(/^TAG:TEAM +JOBS +CREDITS +ESTIMATED/);
    expect(out).toMatch(/\nfilm +3 +30 +5 +3\+2 +3 MB +1\+0 +20 +1\n/);
    expect(out).toMatch(/\n"" +1 /);
    expect(out).toMatch(/\nTOTAL +4 +40 /);
    expect(out).toContain("deletes the first of the missing files in 2 h");
    expect(out).toContain("unknown outcome that were settled: 2\n");
    expect(out).toContain("unknown outcome: 1: akool-archiver swaps --unknown\n");
    expect(error).toBe("not added up yet: changes since 2026-11-02T01:00:00Z\n");
  });

  it("is JSON whole, and has nothing to remark where nothing is open", async () => {
    const more = { submissions: { settled: 0, unknown: 0 }, uncountedSince: ago(3) };
    answer("GET /ledger", ledgerOf(more));

    const program = await run("ledger", "--json");

    expect(program.json()).toMatchObject([{ total: { jobs: 4 } }]);
    expect(program.error).toBe("");
    expect((await run("ledger")).out).toMatch(/\nTOTAL[^\n]+\n$/);
  });

  it("is the archiver's own CSV", async () => {
    answer("GET /ledger", "group,jobs\r\nfilm,3\r\n");

    const { out } = await run("ledger", "--csv", "--from", "2026-11-01", "--to", "2026-11-02");

    expect(out).toBe("group,jobs\r\nfilm,3\n");
    expect(path()).toBe("/ledger?from=2026-11-01&to=2026-11-02&groupBy=day");
    expect(served.calls.at(-1)?.accept).toBe("text/csv");
  });

  it("is this month's unless days are given", () => {
    const now = Date.parse("2026-11-27T23:59:00Z");

    expect(ledgerQuery({}, now)).toEqual({ from: "2026-11-01", to: "2026-11-27", groupBy: "day" });
    expect(ledgerQuery({ "group-by": "product" }, now)).toMatchObject({ groupBy: "product" });
  });
});

const submission = (key: string, more: object = {}) => ({
  idempotencyKey: key,
  state: "created",
  estimatedCredits: 20,
  createdAt: ago(3),
  updatedAt: ago(3),
  ...more,
});

describe("swaps", () => {
  it("lists those whose outcome nobody knows, and how to settle one", async () => {
    const submissions = [submission("order-1", { state: "submit_unknown", reason: "HTTP 502" })];
    answer("GET /character-swaps", { submissions });

    const { out, error } = await run("swaps", "--unknown");

    expect(path()).toBe("/character-swaps?limit=100&state=submit_unknown");
    expect(out).toMatch(/^KEY +STATE +CREATED +CREDITS +VIDEO +REASON\n/);
    expect(out).toMatch(/order-1 +submit_unknown +3 min ago +20 +HTTP 502\n/);
    expect(error).toContain("akool-archiver swap settle order-1 --video <id>, or --release");
  });

  it("goes on to the next page up to its limit", async () => {
    const submissions = [submission("a", { videoModelId: ID }), submission("b")];
    answer("GET /character-swaps", { submissions, cursor: "next" });

    const { out, error } = await run("swaps", "--state", "created", "--limit", "3", "--quiet");
    const sheet = await run("swaps", "--limit", "1", "--csv");
    const program = await run("swaps", "--limit", "1", "--json");

    expect(out).toBe("a\nb\na\n");
    expect(error).toBe("");
    expect(sheet.out).toContain(`\r\na,created,`);
    expect(sheet.error).toContain("… and more: --limit N");
    expect(program.json()).toMatchObject([{ idempotencyKey: "a" }]);
    const asked = served.calls.filter(({ operation }) => operation === "GET /character-swaps");
    expect(asked[1]?.path).toContain("cursor=next");
  });

  it("says when there are none", async () => {
    answer("GET /character-swaps", { submissions: [] });

    expect(await run("swaps")).toMatchObject({ code: 0, out: "", error: "no submissions\n" });
  });
});

it("a table for a spreadsheet quotes what it must, and runs no formula", () => {
  expect(
    csv([
      ["a", 1],
      ['b "c", d', -2],
      ["=1+1", 3],
      ["@x\ny", 4],
    ]),
  ).toBe('a,1\r\n"b ""c"", d",-2\r\n\'=1+1,3\r\n"\'@x\ny",4');
});
