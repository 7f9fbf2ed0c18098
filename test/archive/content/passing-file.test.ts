import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectContent } from "#archive/content/detect.ts";
import { inspectorOf } from "#archive/content/inspect.ts";
import { type Inspect, inspectWhole } from "#archive/content/inspection.ts";
import { PassingFile } from "#archive/content/passing-file.ts";
import { media } from "./media.ts";

const NAMES = [
  "moov-first.mp4",
  "moov-last.mp4",
  "fragmented.mp4",
  "video.webm",
  "video.flv",
  "video.avi",
];
const never = new AbortController().signal;

async function inspectorFor(file: Buffer): Promise<Inspect> {
  const inspect = inspectorOf(await detectContent(file.subarray(0, 4_100)));
  if (inspect === undefined) throw new Error("no inspector for this file");
  return inspect;
}

/** Regressions: orders in which seeking forward and back within one part met at one offset. */
const ORDERS: [string, number, number, boolean, number[]][] = [
  ["moov-first.mp4", 874, 1_952, true, [0, 1, 2]],
  ["moov-first.mp4", 874, 5_108, true, [1, 5, 3, 4, 0, 2]],
  ["moov-first.mp4", 437, 4_190, true, [6, 5, 1, 0, 7, 2, 8, 3, 9, 4]],
  ["fragmented.mp4", 1_238, 4_102, true, [2, 0, 3, 1]],
  ["fragmented.mp4", 1_238, 2_816, false, [2, 0, 1]],
  ["video.webm", 253, 3_514, false, [0, 5, 6, 8, 7, 9, 4, 12, 3, 11, 13, 10, 2, 1]],
];

const partsOf = (file: Buffer, bytes: number) =>
  Array.from({ length: Math.ceil(file.length / bytes) }, (_, index) => ({
    offset: index * bytes,
    bytes: file.subarray(index * bytes, (index + 1) * bytes),
  }));

describe("a file inspected while its parts arrive", () => {
  it("yields the same findings as the whole file, in any order of arrival", async () => {
    const order = fc.infiniteStream(fc.nat());
    const scenario = fc.record({
      name: fc.constantFrom(...NAMES),
      partBytes: fc.integer({ min: 100, max: 3_000 }),
      keep: fc.integer({ min: 30, max: 100 }),
      isDeclared: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(scenario, order, async ({ name, partBytes, keep, isDeclared }, picks) => {
        const whole = media(name);
        const file = whole.subarray(0, Math.ceil((whole.length * keep) / 100));
        const inspect = await inspectorFor(file);
        const totalBytes = isDeclared ? file.length : undefined;
        const passing = new PassingFile(inspect, { totalBytes });
        const rest = partsOf(file, partBytes);
        const passed: Promise<void>[] = [];
        while (rest.length > 0) {
          const [part] = rest.splice((picks.next().value ?? 0) % rest.length, 1);
          if (part) passed.push(passing.pass(part.offset, part.bytes, never));
        }
        const found = await passing.finish(file.length);
        await Promise.all(passed);

        expect(found).toEqual(inspectWhole(file, inspect));
      }),
    );
  });

  it.each(ORDERS)(
    "yields the same findings: %s in parts of %d bytes, %d in total, length declared: %s, order %j",
    async (name, partBytes, bytes, isDeclared, order) => {
      const file = media(name).subarray(0, bytes);
      const inspect = await inspectorFor(file);
      const passing = new PassingFile(inspect, { totalBytes: isDeclared ? bytes : undefined });
      const parts = partsOf(file, partBytes);

      const passed = order
        .flatMap((index) => parts[index] ?? [])
        .map((part) => passing.pass(part.offset, part.bytes, never));

      expect(await passing.finish(bytes)).toEqual(inspectWhole(file, inspect));
      await Promise.all(passed);
    },
  );

  it("holds a part back only while an earlier one is still to come", async () => {
    const file = media("fragmented.mp4");
    let isOnItsWay = true;
    const passing = new PassingFile(await inspectorFor(file), {
      totalBytes: file.length,
      willPass: () => isOnItsWay,
    });
    let isFree = false;
    const held = passing.pass(1_000, file.subarray(1_000), never).then(() => {
      isFree = true;
    });
    await Promise.resolve();
    expect(isFree).toBe(false);

    isOnItsWay = false;
    passing.recheck();
    await held;

    const asked: number[] = [];
    const found = await passing.finish(file.length, async (offset, bytes) => {
      asked.push(bytes);
      return file.subarray(offset, offset + bytes);
    });
    expect(found).toEqual(inspectWhole(file, await inspectorFor(file)));
    expect(Math.max(...asked)).toBeLessThan(2_000);
  });

  it("holds no part back once the copy has been aborted", async () => {
    const file = media("moov-first.mp4");
    const passing = new PassingFile(await inspectorFor(file), { totalBytes: file.length });
    const copy = new AbortController();
    const held = passing.pass(1_000, file.subarray(1_000), copy.signal);

    copy.abort();

    await expect(held).resolves.toBeUndefined();
    await expect(passing.pass(1_000, file.subarray(1_000), copy.signal)).resolves.toBeUndefined();
  });

  it("is reported as cut from its first bytes if the length is declared", async () => {
    const file = media("moov-last.mp4");
    const passing = new PassingFile(await inspectorFor(file), { totalBytes: 2_000 });

    passing.show(file.subarray(0, 64));

    expect(passing.findings?.cut).toMatch(/^its last box \(mdat\) lacks/);
  });

  it("is reported as not understood if its parts never arrive and cannot be fetched", async () => {
    const passing = new PassingFile(await inspectorFor(media("moov-first.mp4")), {
      totalBytes: undefined,
    });

    expect((await passing.finish(5_739)).doubts).toEqual([
      "its structure was not understood: it has too many pieces",
    ]);
  });

  it("fails if fetching missing bytes fails", async () => {
    const passing = new PassingFile(await inspectorFor(media("moov-first.mp4")), {
      totalBytes: undefined,
    });

    await expect(
      passing.finish(5_739, async () => {
        throw new Error("gone");
      }),
    ).rejects.toThrow("gone");
  });

  it("is reported as not understood if the inspector throws or never finishes", async () => {
    function* failing(): ReturnType<Inspect> {
      yield { offset: 0, bytes: 0 };
      throw new RangeError("beyond");
    }
    function* endless(): ReturnType<Inspect> {
      for (;;) yield { offset: 0, bytes: 0 };
    }
    for (const [inspect, why] of [
      [failing, "RangeError"],
      [endless, "RangeError"],
    ] as const) {
      const passing = new PassingFile(inspect, { totalBytes: 9 });
      await passing.pass(0, Buffer.alloc(9), never);
      expect(passing.findings?.doubts).toEqual([expect.stringContaining(why)]);
    }
  });
});
