import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mendEventLog, readEvents } from "../../src/event-bridge/event-log.ts";

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "events-"));
  file = join(directory, "events.jsonl");
});

afterEach(() => rm(directory, { recursive: true }));

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `{"id":${index}}\n`).join("");

describe("the log", () => {
  test("is read from any position, and gives the next one", async () => {
    await writeFile(file, lines(3));

    expect(await readEvents(file, 0)).toEqual({
      events: [{ id: 0 }, { id: 1 }, { id: 2 }],
      next: 3,
    });
    expect(await readEvents(file, 2)).toEqual({ events: [{ id: 2 }], next: 3 });
    expect(await readEvents(file, 3)).toEqual({ events: [], next: 3 });
    expect(await readEvents(file, 9)).toEqual({ events: [], next: 9 });
  });

  test("is read a thousand events at a time", async () => {
    await writeFile(file, lines(1_001));

    const first = await readEvents(file, 0);
    const second = await readEvents(file, first.next);

    expect([first.events.length, second.events.length]).toEqual([1_000, 1]);
  });

  test("is empty before the first event", async () => {
    expect(await readEvents(file, 0)).toEqual({ events: [], next: 0 });
  });

  test("shows no event that is only half written", async () => {
    await writeFile(file, `${lines(1)}{"id`);

    expect(await readEvents(file, 0)).toEqual({ events: [{ id: 0 }], next: 1 });
  });

  test("that cannot be read is reported", async () => {
    await expect(readEvents(directory, 0)).rejects.toThrow("EISDIR");
  });
});

describe("mending", () => {
  test.each([
    ["nothing of a whole log", lines(2), lines(2)],
    ["a half line at its end", `${lines(2)}{"id`, lines(2)],
    ["a half line that is all there is", '{"id', ""],
    ["a long half line", `${lines(2)}${"x".repeat(200_000)}`, lines(2)],
    ["nothing of an empty log", "", ""],
  ])("takes away %s", async (_what, before, after) => {
    await writeFile(file, before);

    await mendEventLog(file);
    await appendFile(file, "{}\n");

    expect(await readFile(file, "utf8")).toBe(`${after}{}\n`);
  });

  test("makes no log where there is none", async () => {
    await mendEventLog(file);

    await expect(readFile(file)).rejects.toThrow("ENOENT");
  });

  test("reports a log that cannot be opened", async () => {
    await expect(mendEventLog(directory)).rejects.toThrow("EISDIR");
  });
});
