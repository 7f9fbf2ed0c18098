import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Deployed, STACK, serveDeployed, wellDeployed } from "./deployed.ts";
import { command } from "./in-process.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const stack = ["--stack", STACK, "--region", "us-east-1"];
const SUBMISSION = {
  idempotencyKey: "order-1",
  state: "submit_unknown",
  estimatedCredits: 20,
  createdAt: "2026-11-26T12:00:00Z",
  updatedAt: "2026-11-26T12:00:00Z",
  reason: "no answer came",
};

let deployed: Deployed;
let served: Awaited<ReturnType<typeof serveDeployed>>;

beforeEach(async () => {
  deployed = wellDeployed();
  served = await serveDeployed(deployed);
});
afterEach(() => served.close());

const sent = (operation: string) =>
  served.calls.filter((call) => call.operation === operation).map(({ input }) => JSON.parse(input));

describe("a swap", () => {
  it("is created with all that was given, and waited for", async () => {
    deployed.answers["POST /character-swaps"] = {
      status: 202,
      body: { job: { videoModelId: ID, status: "accepted" }, submission: { state: "created" } },
    };
    deployed.answers[`GET /jobs/${ID}`] = {
      status: 200,
      body: { videoModelId: ID, status: "archived" },
    };
    const values = ["--image", "https://a/i", "--video", "https://a/v", "--duration", "10"];
    const more = [
      "--resolution",
      "1080p",
      "--mode",
      "replace",
      "--prompt",
      "hat",
      "--tag",
      "team=film",
    ];

    const { code, out, error } = await command([
      "swap",
      "create",
      "--key",
      "order-1",
      ...values,
      ...more,
      "--yes",
      "--wait",
      ...stack,
    ]);

    expect(sent("POST /character-swaps")).toEqual([
      {
        image: "https://a/i",
        video: "https://a/v",
        duration: 10,
        resolution: "1080p",
        mode: "replace",
        prompt: "hat",
        tags: { team: "film" },
      },
    ]);
    expect(out).toBe(`${ID}  accepted  created\n${ID}  archived\n`);
    expect(error).toBe(`${ID}  archived\n`);
    expect(code).toBe(0);
  });

  it("of unknown outcome says how it is settled", async () => {
    deployed.answers["GET /character-swaps/order-1"] = { status: 200, body: SUBMISSION };

    const { out } = await command(["swap", "show", "order-1", ...stack]);

    expect(out).toMatch(/State +submit_unknown/);
    expect(out).toMatch(/Reason +no answer came/);
    expect(out).toMatch(/Next +akool-archiver swap settle order-1 --video <id>, or --release/);
  });

  it("is settled by the video that is there, or released when a person is sure", async () => {
    const path = "POST /character-swaps/order-1/settlement";
    deployed.answers[path] = { status: 200, body: { job: { status: "accepted" } } };
    const settle = ["swap", "settle", "order-1", ...stack];

    const found = await command([...settle, "--video", ID]);
    const unsure = await command([...settle, "--release"], {}, "no\n", { terminal: true });
    const released = await command([...settle, "--release", "--yes"]);

    expect(found.out).toBe(`${ID}  accepted\n`);
    expect(unsure.error).toContain("pays for a second one");
    expect(unsure.error).toContain("nothing was settled");
    expect(released.out).toBe("order-1  released\n");
    expect(sent(path)).toEqual([{ videoModelId: ID }, { release: true }]);
  });

  it("wants seconds for its duration", async () => {
    const { code, error } = await command(["swap", "create", "--key", "k", "--duration", "long"]);

    expect(code).toBe(2);
    expect(error).toContain("--duration wants seconds");
  });
});

describe("an import", () => {
  const IMPORT = "7b8acbb5-3fb3-4e16-8ec6-95ed63160821";
  const watch = ["import", IMPORT, "--wait", ...stack];

  it("that has failed says why, and is exit code 1", async () => {
    const failure = { code: "EmptyImport", reason: "the list is empty" };
    const body = { importId: IMPORT, state: "failed", failure };
    deployed.answers[`GET /imports/${IMPORT}`] = { status: 200, body };

    const { code, out } = await command(watch);

    expect(out).toMatch(/failure +EmptyImport: the list is empty/);
    expect(code).toBe(1);
  });

  it("shows how far it is, and says how to go on when it is interrupted", async () => {
    const progress = { total: 200, pending: 50, running: 50, done: 100, failed: 0 };
    const body = { importId: IMPORT, state: "running", progress };
    deployed.answers[`GET /imports/${IMPORT}`] = { status: 200, body };
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(new Error("interrupted")), 700);
    const around = { terminal: true, interrupted: interruption.signal };

    const { code, error } = await command(watch, {}, "", around);

    expect(error).toContain("50 %  100 of 200 lines");
    expect(code).toBe(130);
  });
});

describe("jobs that cannot be changed", () => {
  it("are told one by one, and the others are done", async () => {
    const type = "urn:akool-video-archiver:problem:job-ended";
    const problem = { type, title: "The job has ended", status: 409, detail: "it is archived" };
    deployed.answers[`DELETE /jobs/${ID}`] = { status: 409, body: problem };
    deployed.answers["DELETE /jobs/id-number-2"] = { status: 200, body: { status: "cancelled" } };

    const { code, json } = await command(["cancel", ID, "id-number-2", "--json", ...stack]);

    expect(json()).toEqual(
      expect.arrayContaining([
        { videoModelId: ID, error: expect.objectContaining({ type, status: 409 }) },
        { status: "cancelled" },
      ]),
    );
    expect(code).toBe(1);
  });

  it("are none, and nothing is done", async () => {
    const { code, error } = await command(["retry", "--status", "failed", "--yes", ...stack]);

    expect(error).toContain("nothing was done");
    expect(code).toBe(0);
  });
});
