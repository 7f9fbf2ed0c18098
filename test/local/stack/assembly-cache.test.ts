import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cachedDirectory } from "#local/stack/assembly-cache.ts";

let root: string;

beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), "cache-")), "entries");
});
afterEach(() => rm(join(root, ".."), { recursive: true }));

const makeOne = (directory: string) => writeFile(join(directory, "made"), "whole");

describe("cachedDirectory", () => {
  it("makes an entry once", async () => {
    const make = vi.fn(makeOne);

    const first = await cachedDirectory(root, "key", make);
    const second = await cachedDirectory(root, "key", make);

    expect(second).toBe(first);
    expect(await readFile(join(first, "made"), "utf8")).toBe("whole");
    expect(make).toHaveBeenCalledOnce();
  });

  it("keeps nothing of a failure, and tries again", async () => {
    const failing = cachedDirectory(root, "key", async (directory) => {
      await makeOne(directory);
      throw new Error("half-way");
    });
    await expect(failing).rejects.toThrow("half-way");
    expect(await readdir(root)).toEqual([]);

    const entry = await cachedDirectory(root, "key", makeOne);

    expect(await readdir(entry)).toEqual(["made"]);
  });

  it("lets two runs at once have the same whole entry", async () => {
    const both = Promise.withResolvers<void>();
    let started = 0;
    const make = async (directory: string) => {
      started += 1;
      if (started === 2) both.resolve();
      await both.promise;
      await makeOne(directory);
    };

    const [one, other] = await Promise.all([
      cachedDirectory(root, "key", make),
      cachedDirectory(root, "key", make),
    ]);

    expect(one).toBe(other);
    expect(await readdir(root)).toEqual(["key"]);
    expect(await readdir(one)).toEqual(["made"]);
  });

  it("drops the entries that were used longest ago", async () => {
    for (const [index, key] of ["a", "b", "c", "d"].entries()) {
      const entry = await cachedDirectory(root, key, makeOne);
      const usedAt = new Date(Date.now() - (10 - index) * 60_000);
      await utimes(entry, usedAt, usedAt);
    }
    await cachedDirectory(root, "a", makeOne);

    await cachedDirectory(root, "e", makeOne);

    expect((await readdir(root)).sort()).toEqual(["a", "c", "d", "e"]);
  });

  it("deletes leftovers of a crash, but not what another run is filling", async () => {
    await mkdir(join(root, "tmp-crashed"), { recursive: true });
    await mkdir(join(root, "tmp-filling"));
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(join(root, "tmp-crashed"), longAgo, longAgo);

    await cachedDirectory(root, "key", makeOne);

    expect((await readdir(root)).sort()).toEqual(["key", "tmp-filling"]);
  });
});
