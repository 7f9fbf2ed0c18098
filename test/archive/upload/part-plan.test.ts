import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  connectionsFor,
  DEFAULT_SIZING,
  growingPartBytes,
  MAX_PARTS,
  partBytesFor,
  planParts,
  rangeOf,
} from "#archive/upload/part-plan.ts";

const MEBIBYTE = 1024 ** 2;
const LARGEST = 5 * 1024 ** 4;

const size = fc.oneof(
  fc.integer({ min: 1, max: 100 * MEBIBYTE }),
  fc.integer({ min: 1, max: LARGEST }),
);

describe("cutting a video into parts", () => {
  it("covers every byte once, in parts that S3 accepts", () => {
    fc.assert(
      fc.property(size, (totalBytes) => {
        const plan = planParts(totalBytes, DEFAULT_SIZING);

        let end = 0;
        const wrong: unknown[] = [];
        for (let part = 1; part <= plan.count; part++) {
          const { offset, bytes } = rangeOf(plan, part);
          const least = part < plan.count ? 5 * MEBIBYTE : 1;
          if (offset !== end || !(bytes >= least)) wrong.push({ part, offset, bytes });
          end = offset + bytes;
        }
        expect(wrong).toEqual([]);
        expect(end).toBe(totalBytes);
        expect(plan.count).toBeLessThanOrEqual(MAX_PARTS);
      }),
      { numRuns: 60 },
    );
  });

  it("holds no more parts at a time than the memory, or one", () => {
    fc.assert(
      fc.property(size, (totalBytes) => {
        const { partBytes, connections } = planParts(totalBytes, DEFAULT_SIZING);

        expect(connections).toBeGreaterThanOrEqual(1);
        if (connections > 1) {
          expect(connections * partBytes).toBeLessThanOrEqual(DEFAULT_SIZING.bufferBytes);
        }
      }),
    );
  });

  it.each([
    ["1 byte", 1, { count: 1, connections: 1 }],
    ["5 MiB: what the first request brings", 5 * MEBIBYTE, { count: 1, connections: 1 }],
    ["10 MB", 10_000_000, { count: 2, connections: 2, partBytes: 5 * MEBIBYTE }],
    ["200 MB", 200_000_000, { count: 39, connections: 6, partBytes: 5 * MEBIBYTE }],
    ["2 GB", 2_000_000_000, { count: 382, connections: 6, partBytes: 5 * MEBIBYTE }],
    ["100 GiB", 100 * 1024 ** 3, { count: MAX_PARTS, connections: 2 }],
    ["5 TiB", LARGEST, { count: MAX_PARTS, connections: 1 }],
  ])("cuts %s as follows", (_, totalBytes, expected) => {
    expect(planParts(totalBytes, DEFAULT_SIZING)).toMatchObject(expected);
  });
});

describe("parts of a stream", () => {
  it("have the usual size while their number is unknown", () => {
    expect(partBytesFor(0, MAX_PARTS, DEFAULT_SIZING)).toBe(5 * MEBIBYTE);
    expect(connectionsFor(5 * MEBIBYTE, DEFAULT_SIZING)).toBe(6);
  });

  it("grow so that 10,000 of them hold the largest object", () => {
    expect(partBytesFor(LARGEST, MAX_PARTS, DEFAULT_SIZING) * MAX_PARTS).toBeGreaterThanOrEqual(
      LARGEST,
    );
  });
});

describe("parts of a video of unknown length", () => {
  it("grow, so that 10,000 carry the largest object, and no sooner than it costs little", () => {
    let bytes = 0;
    for (let part = 0; part < MAX_PARTS; part++) bytes += growingPartBytes(part, DEFAULT_SIZING);

    expect(bytes).toBeGreaterThanOrEqual(LARGEST);
    expect(growingPartBytes(0, DEFAULT_SIZING)).toBe(5 * MEBIBYTE);
    expect(growingPartBytes(949, DEFAULT_SIZING)).toBe(5 * MEBIBYTE);
    expect(growingPartBytes(950, DEFAULT_SIZING)).toBe(10 * MEBIBYTE);
  });
});
