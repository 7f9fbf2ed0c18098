import { describe, expect, it, vi } from "vitest";
import { askAbout, codeOf, dataOf, rightKey } from "../src/client.ts";
import type { FaultEffect, JobScript } from "../src/job-script.ts";
import { clock, createTime, simulateEachTest, simulator } from "./set-up.ts";

const endTime = createTime + 110_000;

const completing: JobScript = {
  queueMs: 10_000,
  processMs: 100_000,
  end: { kind: "complete", file: { kind: "sample" } },
};

simulateEachTest();

function ask(id: string, init?: RequestInit): Promise<Response> {
  return askAbout(simulator, id, init);
}

function withFault(fault: FaultEffect): string {
  return simulator.addJob({ ...completing, faults: [{ fault, calls: [1, 1] }] });
}

describe("a fault", () => {
  it("applies from the n-th call to the m-th, both included", async () => {
    const id = simulator.addJob({
      ...completing,
      faults: [{ calls: [2, 3], fault: { kind: "code", code: 1005 } }],
    });

    const codes = [];
    for (let call = 1; call <= 4; call++) codes.push(await codeOf(ask(id)));

    expect(codes).toEqual([1000, 1005, 1005, 1000]);
  });

  it("can be a business code with a message of one's own", async () => {
    const id = withFault({ kind: "code", code: 1005, msg: "slow down" });

    expect(await (await ask(id)).text()).toBe('{"code":1005,"msg":"slow down"}');
  });

  it("applies for an interval of the job's life, up to but without its end", async () => {
    const fault = { kind: "code", code: 2001 } as const;
    const id = simulator.addJob({ ...completing, faults: [{ ms: [1_000, 2_000], fault }] });

    const codes = [];
    for (const age of [999, 1_000, 1_999, 2_000]) {
      clock.ms = createTime + age;
      codes.push(await codeOf(ask(id)));
    }

    expect(codes).toEqual([1000, 2001, 2001, 1000]);
  });

  it("is overridden by one that stands before it in the list", async () => {
    const id = simulator.addJob({
      ...completing,
      faults: [
        { calls: [1, 1], fault: { kind: "code", code: 1005 } },
        { ms: [0, 1_000], fault: { kind: "code", code: 2001 } },
      ],
    });

    const codes = [await codeOf(ask(id)), await codeOf(ask(id))];

    expect(codes).toEqual([1005, 2001]);
  });

  it("can be an HTTP error with a page in place of JSON", async () => {
    const id = withFault({ kind: "http", status: 502 });

    const response = await ask(id);

    expect(response.status).toBe(502);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(await response.text()).toMatch(/^<html>.*502/);
  });

  it("can be an HTTP error with a body of one's own", async () => {
    const id = withFault({ kind: "http", status: 429, body: "busy" });

    const response = await ask(id);

    expect([response.status, await response.text()]).toEqual([429, "busy"]);
  });

  it("can be a body that no one can read", async () => {
    const id = withFault({ kind: "unreadable", body: '{"code":10' });

    const response = await ask(id);

    expect(response.headers.get("content-type")).toContain("application/json");
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it("can be a success without data", async () => {
    const id = withFault({ kind: "no-data" });

    expect(await (await ask(id)).text()).toBe('{"code":1000,"msg":"OK"}');
  });

  it("can be a completed job without a video", async () => {
    const id = withFault({ kind: "no-video" });

    const data = await dataOf(ask(id));

    expect(data).toMatchObject({ video_status: 3, update_time: endTime });
    expect(data).not.toHaveProperty("video");
  });

  it("can be a completed job with an empty video", async () => {
    const id = withFault({ kind: "empty-video" });

    expect(await dataOf(ask(id))).toMatchObject({ video_status: 3, video: "" });
  });

  it.each([7, 1])("can be the unexpected status %i", async (value) => {
    const id = withFault({ kind: "status", value });
    clock.ms = endTime;

    expect(await dataOf(ask(id))).toMatchObject({ video_status: value, update_time: endTime });
  });

  it("can be a connection that is reset", async () => {
    const id = withFault({ kind: "reset" });

    const failure = await ask(id).catch((error: unknown) => error);

    expect(failure).toMatchObject({ cause: { code: "ECONNRESET" } });
  });

  it("can be an answer that never comes, not even after later ones", async () => {
    const id = withFault({ kind: "hang" });
    const hanging = ask(id).catch((error: unknown) => error);
    await vi.waitFor(() => expect(simulator.calls(id)).toBe(1), { timeout: 60_000 });

    const later = await ask(id);
    await simulator.close();

    expect(later.status).toBe(200);
    expect(await hanging).toBeInstanceOf(TypeError);
  });

  it("can be a delay, in front of the ordinary answer", async () => {
    const id = withFault({ kind: "delay", ms: 50 });
    const asked = performance.now();

    const data = await dataOf(ask(id));

    expect(data._id).toBe(id);
    expect(performance.now() - asked).toBeGreaterThan(45);
  });

  it("does not outlive a client that leaves during a delay", async () => {
    const id = withFault({ kind: "delay", ms: 600_000 });
    const client = new AbortController();
    const init = { signal: client.signal, headers: rightKey };
    const delayed = ask(id, init).catch((error: unknown) => error);
    await vi.waitFor(() => expect(simulator.calls(id)).toBe(1), { timeout: 60_000 });

    client.abort();

    expect(await delayed).toMatchObject({ name: "AbortError" });
    expect((await ask(id)).status).toBe(200);
  });

  it("of the simulator itself is an HTTP 500 that shows it", async () => {
    const id = simulator.addJob({
      ...completing,
      get queueMs(): number {
        throw new RangeError("a script that cannot be read");
      },
    });

    const response = await ask(id);

    expect(response.status).toBe(500);
    expect(await response.text()).toContain("a script that cannot be read");
  });
});
