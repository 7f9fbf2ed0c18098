import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { json, problem, recorded } from "./recorded.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const SWAP = { image: "https://a.example/i.png", video: "https://a.example/v.mp4" };
const broken = () => Promise.reject(new TypeError("fetch failed"));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How the call ended, and after how many milliseconds of waiting. */
async function ended(call: Promise<unknown>) {
  const from = Date.now();
  const outcome = call.then(
    (value) => ({ value, after: Date.now() - from }),
    (error: unknown) => ({ error, after: Date.now() - from }),
  );
  await vi.runAllTimersAsync();
  return outcome;
}

describe("what is repeated", () => {
  it.each([429, 500, 503, 504])("a read after HTTP %i", async (status) => {
    const { archiver, requests } = recorded(
      () => json({ message: "later" }, status),
      () => json({ status: "ok" }),
    );

    expect(await ended(archiver.getHealth())).toMatchObject({ value: { status: "ok" } });
    expect(requests).toHaveLength(2);
  });

  it("a read without an answer, four times in all", async () => {
    const { archiver, requests } = recorded(broken);

    expect(await ended(archiver.getJob(ID))).toMatchObject({
      error: { name: "ArchiverUnreachable", cause: { message: "fetch failed" } },
    });
    expect(requests).toHaveLength(4);
  });

  it("a billable call under its key, with the same body", async () => {
    const { archiver, requests } = recorded(broken, () => json({ job: {} }, 202));

    await ended(archiver.createCharacterSwap(SWAP, { idempotencyKey: "order-1" }));

    expect(requests).toHaveLength(2);
    expect(requests[1]?.headers.get("idempotency-key")).toBe("order-1");
    expect(requests[1]?.body).toBe(requests[0]?.body);
  });

  it("a billable call that is still under way, after Retry-After", async () => {
    const busy = problem("submission-in-progress", 409);
    const { archiver, requests } = recorded(
      () => json(busy, 409, { "retry-after": "7" }),
      () => json({ job: {} }, 202),
    );

    const { after } = await ended(archiver.createCharacterSwap(SWAP, { idempotencyKey: "o-1" }));

    expect(requests).toHaveLength(2);
    expect(after).toBe(7_000);
  });
});

describe("what is not repeated", () => {
  it("anything that writes without a key", async () => {
    const { archiver, requests } = recorded(broken);

    await ended(archiver.submitJob({ videoModelId: ID }));
    await ended(archiver.retryJob(ID));
    await ended(archiver.cancelJob(ID));
    await ended(archiver.settleCharacterSwap("order-1", { release: true }));
    await ended(archiver.createImport({ jobs: [ID] }));

    expect(requests.map(({ method }) => method)).toEqual([
      "POST",
      "POST",
      "DELETE",
      "POST",
      "POST",
    ]);
  });

  it.each([400, 403, 404, 422, 502])("HTTP %i", async (status) => {
    const { archiver, requests } = recorded(() => json(problem("any", status), status));

    await ended(archiver.createCharacterSwap(SWAP, { idempotencyKey: "order-1" }));

    expect(requests).toHaveLength(1);
  });

  it("a creation of unknown outcome: a person settles it", async () => {
    const { archiver, requests } = recorded(() => json(problem("submission-unknown", 409), 409));

    const call = archiver.createCharacterSwap(SWAP, { idempotencyKey: "order-1" });

    expect(await ended(call)).toMatchObject({ error: { kind: "submission-unknown" } });
    expect(requests).toHaveLength(1);
  });

  it("what asks for more than a minute: the caller decides", async () => {
    const { archiver, requests } = recorded(() =>
      json(problem("akool-unavailable", 503), 503, { "retry-after": "61" }),
    );

    const call = archiver.createCharacterSwap(SWAP, { idempotencyKey: "order-1" });

    expect(await ended(call)).toMatchObject({ error: { retryAfterSeconds: 61 } });
    expect(requests).toHaveLength(1);
  });
});

describe("the waits", () => {
  it("grow, and stay short", async () => {
    const { archiver } = recorded(broken);

    const { after } = await ended(archiver.getHealth());

    // 250, 500 and 1000 ms at most, half of it at least.
    expect(after).toBeGreaterThanOrEqual(875);
    expect(after).toBeLessThanOrEqual(1750);
  });

  it("are those of Retry-After as a date", async () => {
    const date = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 9_000).toUTCString();
    const { archiver } = recorded(
      () => json({ message: "later" }, 429, { "retry-after": date() }),
      () => json({ status: "ok" }),
    );

    const { after } = await ended(archiver.getHealth());

    expect(after).toBeGreaterThanOrEqual(9_000);
    expect(after).toBeLessThanOrEqual(11_000);
  });

  it("end when the caller's signal does, with its reason", async () => {
    const { archiver, requests } = recorded(() => json({}, 503, { "retry-after": "50" }));
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(new Error("interrupted")), 1_000);

    const call = archiver.getJob(ID, { signal: interruption.signal });

    expect(await ended(call)).toMatchObject({ error: { message: "interrupted" }, after: 1_000 });
    expect(requests).toHaveLength(1);
  });
});
