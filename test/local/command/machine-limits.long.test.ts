import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { ResultFile } from "@akool-archiver/akool-simulator/result-file.ts";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bugReport } from "#local/command/bug-report.ts";
import { MachineLimits, machineLimitOf, storageNotes } from "#local/command/machine-limit.ts";
import { synthesize } from "#local/stack/synthesize.ts";
import { IMPATIENT } from "./runs.ts";

const MAIN = fileURLToPath(new URL("../../../local/main.ts", import.meta.url));
const MEGABYTE = 1_000_000;
const COMPLETE = { kind: "complete", file: { kind: "sample" } } as const;

let root: string;
let simulator: AkoolSimulator;
const mounted: string[] = [];

beforeAll(async () => {
  await synthesize();
  root = await mkdtemp(join(tmpdir(), "limits-"));
  simulator = await startAkoolSimulator();
});
afterEach(() => {
  for (const path of mounted.splice(0)) spawnSync("umount", ["-l", path]);
});
afterAll(async () => {
  await simulator.close();
  await rm(root, { recursive: true });
});

/** A file system of its own, of this size. */
function mount(path: string, size: string, option = ""): boolean {
  const options = [`size=${size}`, option].filter(Boolean).join(",");
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]).status === 0;
}

const mayMount = await (async () => {
  const probe = await mkdtemp(join(tmpdir(), "mount-"));
  const may = mount(probe, "64k");
  if (may) spawnSync("umount", [probe]);
  await rm(probe, { recursive: true });
  return may;
})();

async function disk(name: string, size: string): Promise<string> {
  const path = join(root, name);
  await mkdir(path, { recursive: true });
  mount(path, size);
  mounted.push(path);
  return path;
}

function addJob(file: ResultFile = { kind: "sample" }): string {
  return simulator.addJob({ queueMs: 0, processMs: 0, end: { kind: "complete", file } });
}

interface TrackOptions {
  /** What the shell does before. */
  limit?: string;
  /** Done when a line with this word is printed. */
  whenSaid?: readonly [word: string, act: () => void];
}

/** `npm start -- track` in a process of its own; what it says, and its exit code. */
async function track(id: string, data: string, { limit = "", whenSaid }: TrackOptions = {}) {
  const command = `${limit} exec "$0" "$@"`;
  const args = [MAIN, "track", id, "--data", data, "--akool-url", simulator.baseUrl];
  const child = spawn("bash", ["-c", command, process.execPath, ...args], {
    env: { PATH: process.env.PATH, ...IMPATIENT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (whenSaid !== undefined) {
    const [word, act] = whenSaid;
    createInterface({ input: child.stdout }).on("line", (line) => line.includes(word) && act());
  }
  const code = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, error };
}

describe.skipIf(!mayMount)("on a disk of its own", () => {
  it("a video that finds no room ends the run, and is archived once there is", async () => {
    const small = await disk("small", "12m");
    const id = addJob({ kind: "generated", bytes: 20 * MEGABYTE });

    const full = await track(id, join(small, "data"));

    expect(full).toMatchObject({ code: 1 });
    expect(full.error).toContain("the disk is full: free some space (ENOSPC");
    expect(full.error).toContain("Nothing is lost");
    expect(full.error).not.toContain("bug");
    mount(small, "100m", "remount");
    const again = await track(id, join(small, "data"));
    expect(again).toMatchObject({ code: 0, error: "" });
    const video = await readFile(join(small, "data", "videos", `${id}.mp4`));
    expect(video.length).toBe(20 * MEGABYTE);
  });

  it("a record that finds no room ends the run as well, and nothing is lost", async () => {
    const small = await disk("filled", "30m");
    const id = simulator.addJob({ queueMs: 0, processMs: 20_000, end: COMPLETE });
    const filling = join(small, "filling");
    // To the last byte, as another program does.
    const fill = () => void spawnSync("dd", ["if=/dev/zero", `of=${filling}`, "bs=4k"]);

    const full = await track(id, join(small, "data"), { whenSaid: ["processing", fill] });

    expect(full.code).toBe(1);
    expect(full.error).toContain("the disk is full: free some space");
    await rm(filling);
    expect(await track(id, join(small, "data"))).toMatchObject({ code: 0, error: "" });
  });

  it("a full one is refused at the start", async () => {
    const { code, error } = await track(addJob(), join(await disk("tiny", "64k"), "data"));

    expect(code).toBe(2);
    expect(error).toMatch(/its disk is full: \d+ kB are free, and at least 4096 kB are needed/);
  });

  it("videos on another one than the rest are refused at the start, and stay", async () => {
    const data = join(root, "apart");
    const videos = await disk("apart/videos", "20m");
    await writeFile(join(videos, "old.mp4"), "kept");

    const { code, error } = await track(addJob(), data);

    expect(code).toBe(2);
    expect(error).toContain(`${videos} is on another disk than the rest`);
    expect(await readFile(join(videos, "old.mp4"), "utf8")).toBe("kept");
  });
});

it.skipIf(mayMount)("cannot make a file system of its own", (context) =>
  context.skip("mount is not permitted here: run this test as root"),
);

describe("what this machine does not allow is refused at the start", () => {
  it.each([30, 60])("%i open files", async (limit) => {
    const data = join(root, `files-${limit}`);

    const { code, error } = await track(addJob(), data, { limit: `ulimit -n ${limit};` });

    expect(code).toBe(2);
    expect(error).toMatch(/only \d+ more files may be open at once, and 128 are needed: raise/);
  });

  it.each([
    ["a name", ["x".repeat(300)], "ENAMETOOLONG"],
    ["a path", Array(3).fill("y".repeat(180)), "its path has"],
    ["a path for the system", Array(30).fill("y".repeat(180)), "ENAMETOOLONG"],
  ])("%s that is too long", async (_what, parts, words) => {
    const { code, error } = await track(addJob(), join(root, ...parts));

    expect(code).toBe(2);
    expect(error).toContain(words);
  });
});

describe("an error that comes from this machine", () => {
  const system = (code: string) => Object.assign(new Error(`${code}: no`), { code });

  it.each([
    [system("ENOSPC"), "the disk is full"],
    [system("EDQUOT"), "your quota"],
    [system("EMFILE"), "raise the limit"],
    [system("ENAMETOOLONG"), "a path is too long"],
    [system("EXDEV"), "on different disks"],
    [new Error("IO error: /x/000003.log: No space left on device"), "the disk is full"],
    [new Error("IO error: /x/LOCK: Too many open files"), "raise the limit"],
    [
      new Error("the table", { cause: new Error("the store", { cause: system("EROFS") }) }),
      "read-only",
    ],
  ])("%s is told with its remedy, and as no bug", (error, words) => {
    expect(machineLimitOf(error)).toContain(words);
    expect(bugReport(error)).toContain("the same command goes on");
    expect(bugReport(error)).not.toContain("This is a bug");
  });

  it.each([new Error("oops"), system("ECONNRESET"), "ENOSPC", undefined])("%s is none", (error) => {
    expect(machineLimitOf(error)).toBeUndefined();
    expect(bugReport(error)).toContain("This is a bug");
  });

  it("stops a run at the first limit, and at nothing else", () => {
    const limits = new MachineLimits();
    limits.hearOf(new Error("oops"));
    expect(() => limits.throwIfReached()).not.toThrow();

    limits.hearOf(system("ENOSPC"));
    limits.hearOf(system("EMFILE"));

    expect(limits.reached.aborted).toBe(true);
    expect(() => limits.throwIfReached()).toThrow("the disk is full");
  });

  it("is reported once a minute by a run that continues", () => {
    const told: string[] = [];
    let now = 0;
    const hearOf = storageNotes(
      (note) => void told.push(note),
      () => now,
    );
    for (now = 0; now < 120_000; now += 1_000) hearOf(system("ENOSPC"));
    hearOf(new Error("oops"));

    expect(told).toHaveLength(2);
    expect(told[0]).toContain("is tried again: the disk is full");
  });
});
