import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as realDelay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { importBundle } from "@akool-archiver/test-support/import-bundle.ts";
import {
  installVirtualClock,
  type VirtualClock,
  VirtualClockStalled,
} from "@akool-archiver/test-support/virtual-clock.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const START = Date.UTC(2026, 0, 1);

let clock: VirtualClock;

beforeEach(() => {
  clock = installVirtualClock({ start: START });
});
afterEach(() => clock.uninstall());

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe("virtual time", () => {
  it("is what every form of Date shows", () => {
    expect(Date.now()).toBe(START);
    expect(new Date().toISOString()).toBe("2026-01-01T00:00:00.000Z");
    expect(Date()).toContain("2026");
    expect(new Date(5).getTime()).toBe(5);
    expect(new Date(0)).toBeInstanceOf(Date);
    expect(Date.UTC(1970, 0, 1)).toBe(0);
  });

  it("jumps over a wait", async () => {
    await clock.runUntil(sleep(8 * 24 * 3600 * 1000));

    expect(clock.now()).toBe(START + 8 * 24 * 3600 * 1000);
  });

  it("fires timers in the order of their times, and of equals the first set", async () => {
    const fired: string[] = [];
    const note = (name: string) => () => void fired.push(`${name} at ${clock.now() - START}`);
    setTimeout(note("late"), 300);
    setTimeout(note("early"), 100);
    setTimeout(note("also early"), 100);

    await clock.runUntil(sleep(300));

    expect(fired).toEqual(["early at 100", "also early at 100", "late at 300"]);
  });

  it("passes a timer's arguments on, and forgets a timer that was cleared", async () => {
    const fired = vi.fn();
    setTimeout(fired, 1, "a", "b");
    clearTimeout(setTimeout(fired, 2, "never"));
    clearTimeout(undefined);

    await clock.runUntil(sleep(10));

    expect(fired.mock.calls).toEqual([["a", "b"]]);
  });

  it("gives timers that can be unreferenced like real ones", async () => {
    const timer = setTimeout(() => {}, 1);

    expect(timer.unref().ref().hasRef()).toBe(true);
  });

  it("fires an overlong timer at once, as Node does", async () => {
    await clock.runUntil(sleep(2 ** 31));

    expect(clock.now()).toBe(START + 1);
  });

  it("stands still while real work is under way", async () => {
    const work = clock.task(async (ms: number) => {
      await sleep(ms);
      return clock.now();
    });
    setTimeout(() => {}, 1000);

    const finishedAt = await clock.runUntil(work(20));

    expect(finishedAt).toBe(START);
  });

  it("gives what real work starts real timers, and what waits for it virtual ones", async () => {
    const chain = async () => {
      await clock.runReal(() => sleep(5));
      await sleep(60_000);
    };

    await clock.runUntil(chain());

    expect(clock.now()).toBe(START + 60_000);
  });

  it("lets a server that was started as real work answer with real timers", async () => {
    const server = createServer((_request, response) => {
      setTimeout(() => response.end("late"), 5);
    });
    await clock.runReal(
      () => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)),
    );
    const { port } = server.address() as AddressInfo;

    const text = await clock.runUntil(
      clock.runReal(async () => (await fetch(`http://127.0.0.1:${port}/`)).text()),
    );

    expect(text).toBe("late");
    expect(clock.now()).toBe(START);
    await new Promise((resolve) => server.close(resolve));
  });

  it("returns as soon as the promise resolves, whatever else is under way", async () => {
    const slow = Promise.withResolvers<void>();
    const other = clock.runReal(() => slow.promise);
    const soon = realDelay(5, "soon");
    const held = clock.runReal(() => soon);

    expect(await clock.runUntil(held)).toBe("soon");

    slow.resolve();
    await other;
  });

  it("passes a rejection on, of work and of the promise", async () => {
    const failing = clock.task(() => Promise.reject(new Error("broken")));

    await expect(clock.runUntil(failing())).rejects.toThrow("broken");
  });

  it("fails when nothing is left that could resolve the promise", async () => {
    await expect(clock.runUntil(new Promise(() => {}))).rejects.toThrow(VirtualClockStalled);
  });

  it("ends with the real timers in place again", async () => {
    const timer = setTimeout(() => {}, 1);

    clock.uninstall();

    clearTimeout(timer);
    expect(Date.now()).toBeGreaterThan(START + 1);
    clearTimeout(setTimeout(() => {}, 1));
  });
});

describe("importBundle", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("imports a handler afresh, with its variables set", async () => {
    const bundle = fileURLToPath(new URL("../fixtures/in-process-bundle.mjs", import.meta.url));

    const one = await importBundle(bundle, { COLOUR: "blue" });
    const other = await importBundle(bundle, { COLOUR: "red" });

    expect(await one("event")).toEqual({ event: "event", colour: "blue", calls: 1 });
    expect(await other("event")).toEqual({ event: "event", colour: "red", calls: 1 });
  });
});
