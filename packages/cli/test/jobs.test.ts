import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Deployed, STACK, serveDeployed, wellDeployed } from "./deployed.ts";
import { command } from "./in-process.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const stack = ["--stack", STACK, "--region", "us-east-1"];

let deployed: Deployed;
let served: Awaited<ReturnType<typeof serveDeployed>>;

beforeEach(async () => {
  deployed = wellDeployed();
  served = await serveDeployed(deployed);
});
afterEach(() => served.close());

const job = (id: string, more: object = {}) => ({
  videoModelId: id,
  status: "processing",
  attempt: 1,
  acceptedAt: new Date(Date.now() - 300_000).toISOString(),
  updatedAt: new Date().toISOString(),
  videoExpiresAt: "2099-01-01T00:00:00.000Z",
  polls: 3,
  tags: { team: "film" },
  timeline: [],
  ...more,
});

describe("list", () => {
  it("is a table for a person, with what went wrong", async () => {
    const failure = { code: "1", reason: "no face\nfound", party: "job" };
    deployed.jobs = [job(ID), job("failed-one", { status: "failed", failure })];

    const { out } = await command(["list", ...stack]);

    expect(out.split("\n")[0]).toMatch(/^VIDEO +STATUS +ACCEPTED +POLLS +TAGS +REASON$/);
    expect(out).toMatch(new RegExp(`${ID}  processing  5 min ago  3      team=film\n`));
    expect(out).toContain("no face found");
  });

  it("ends at its limit, and says that there are more", async () => {
    deployed.jobs = [job(ID), job("another-one")];

    const { out, error } = await command(["list", "--limit", "1", "--quiet", "--json", ...stack]);
    const all = await command(["list", "--all", "--quiet", ...stack]);

    expect(out.trim().split("\n")).toHaveLength(1);
    expect(error).toBe("");
    expect(all.out).toBe(`${ID}\nanother-one\n`);
  });

  it("sends its filters, ages as instants", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-26T12:00:00Z") });
    const filters = [
      "--status",
      "failed",
      "--tag",
      "team=film",
      "--from",
      "6h",
      "--to",
      "2026-11-26",
    ];
    await command(["list", ...filters, ...stack]);
    vi.useRealTimers();

    expect(served.calls.at(-1)?.path).toBe(
      "/jobs?status=failed&tag=team%3Afilm&from=2026-11-26T06%3A00%3A00.000Z&to=2026-11-26T00%3A00%3A00.000Z&limit=100",
    );
  });

  it("says when there are none", async () => {
    expect(await command(["list", ...stack])).toMatchObject({ out: "", error: "no jobs\n" });
  });
});

describe("watch", () => {
  it("draws what is under way in place, until it is interrupted", async () => {
    deployed.jobs = [job(ID)];
    const interruption = new AbortController();
    const around = { terminal: true, interrupted: interruption.signal };

    const watching = command(["watch", ...stack], {}, "", around);
    const asked = () => served.calls.filter(({ operation }) => operation === "GET /jobs").length;
    // The third poll has begun, so the second is on the screen.
    await vi.waitUntil(() => asked() >= 11, { timeout: 60_000 });
    interruption.abort(new Error("interrupted"));
    const { code, out } = await watching;

    expect(out).toContain("\u001b[5A\r\u001b[J");
    expect(out).toContain(`${ID}  processing  5 min  polls 3`);
    expect([0, 130]).toContain(code);
  });
});

describe("ids", () => {
  const submitted = async (input: string) => {
    const { code, error } = await command(["submit", ...stack], {}, input);
    const sent = served.calls
      .filter(({ operation }) => operation === "POST /jobs")
      .map((call) => JSON.parse(call.input).videoModelId);
    return { code, error, sent: sent.toSorted() };
  };

  it.each([
    ["one a line", "id-number-1\r\n\nid-number-2,\n"],
    ["JSON Lines", '{"videoModelId":"id-number-1"}\n{"_id":"id-number-2"}\n'],
    ["JSON strings", '"id-number-1"\n"id-number-2"'],
    ["a JSON list", '["id-number-1",{"id":"id-number-2"}]'],
    ["a page of ours", '{"jobs":[{"videoModelId":"id-number-1"},{"videoModelId":"id-number-2"}]}'],
    ["AKOOL's answer", '{"code":1000,"data":[{"_id":"id-number-1"},{"_id":"id-number-2"}]}'],
    ["twice the same", "id-number-1\nid-number-2\nid-number-1"],
  ])("come in as %s", async (_form, input) => {
    expect(await submitted(input)).toMatchObject({ code: 0, sent: ["id-number-1", "id-number-2"] });
  });

  it("that are not there are told with what was read", async () => {
    const { code, error, sent } = await submitted('{"code":1000,"msg":"OK"}');

    expect(code).toBe(2);
    expect(error).toContain('there is no _id in {"code":1000,"msg":"OK"}');
    expect(sent).toEqual([]);
  });

  it("that API Gateway puts off are sent again", async () => {
    deployed.answers["POST /jobs"] = { status: 429, body: { message: "Too Many Requests" } };
    const submitting = command(["submit", ID, ...stack]);
    const sent = () => served.calls.filter(({ operation }) => operation === "POST /jobs").length;
    await vi.waitUntil(() => sent() === 1, { timeout: 60_000 });
    deployed.answers = {};

    expect(await submitting).toMatchObject({ code: 0 });
    expect(sent()).toBe(2);
  });
});
