import { describe, expect, it } from "vitest";
import { PartQueue, type TakenPart } from "#archive/copy/part-workers.ts";

const taken = (queue: PartQueue): TakenPart => {
  const part = queue.take();
  if (part === undefined) throw new Error("there is none");
  return part;
};

describe("the queue of parts", () => {
  it("gives each part once, in order", () => {
    const queue = new PartQueue([3, 5], 1);

    expect([queue.take(), queue.take(), queue.take()]).toEqual([
      { partNumber: 3, alone: true },
      { partNumber: 5, alone: true },
      undefined,
    ]);
  });

  it("stops a refused worker while others run, and its part comes last", () => {
    const queue = new PartQueue([1, 2, 3], 2);
    const refused = taken(queue);

    expect(queue.giveBack(refused)).toBe("leave");
    expect([1, 2, 3].map(() => queue.take()?.partNumber)).toEqual([2, 3, 1]);
  });

  it("has the last worker try again if others were running when it was refused", () => {
    const queue = new PartQueue([1, 2], 2);
    const one = taken(queue);
    const other = taken(queue);
    queue.giveBack(one);

    expect(queue.giveBack(other)).toBe("again");
    expect(queue.giveBack(taken(queue))).toBe("fail");
  });

  it("counts a worker that found nothing as stopped", () => {
    const queue = new PartQueue([1], 2);
    const part = taken(queue);
    queue.take();

    expect(queue.giveBack(part)).toBe("again");
  });
});
