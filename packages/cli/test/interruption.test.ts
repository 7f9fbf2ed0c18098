import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { interruptionOf } from "../src/interruption.ts";

class FakeProcess extends EventEmitter {
  readonly stdout = new EventEmitter();
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

function prepare() {
  const process = new FakeProcess();
  const clock = { ms: 0 };
  return { process, clock, signal: interruptionOf(process, () => clock.ms) };
}

it.each(["SIGINT", "SIGTERM"])("the first %s asks to stop in good order", (name) => {
  const { process, signal } = prepare();

  process.emit(name);

  expect(signal.aborted).toBe(true);
  expect(process.exits).toEqual([]);
});

it("a second Ctrl-C ends the process at once", () => {
  const { process, clock } = prepare();
  process.emit("SIGINT");

  clock.ms = 1_000;
  process.emit("SIGINT");

  expect(process.exits).toEqual([130]);
});

it("the same Ctrl-C, passed on by npm, is not a second one", () => {
  const { process, clock } = prepare();
  process.emit("SIGINT");

  clock.ms = 50;
  process.emit("SIGINT");

  expect(process.exits).toEqual([]);
});

it("a reader that leaves asks to stop, and so does not make the next Ctrl-C the second", () => {
  const { process, clock, signal } = prepare();

  process.stdout.emit("error", new Error("EPIPE"));
  clock.ms = 1_000;
  process.emit("SIGINT");

  expect(signal.aborted).toBe(true);
  expect(process.exits).toEqual([]);
});
