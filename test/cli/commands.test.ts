import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServingProcess, startServing } from "#test/e2e/serving-process.ts";
import { command } from "../../packages/cli/test/in-process.ts";

const QUICK: JobScript = {
  queueMs: 0,
  processMs: 500,
  end: { kind: "complete", file: { kind: "sample" } },
};
const FAILS: JobScript = { ...QUICK, end: { kind: "fail", reason: "no face was found" } };
const NEVER: JobScript = { ...QUICK, end: { kind: "never" } };

let directory: string;
let akool: AkoolSimulator;
let serving: ServingProcess;
let local: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cli-"));
  akool = await startAkoolSimulator();
  serving = startServing(join(directory, "data"), akool.baseUrl);
  local = ["--local", (await serving.ready()).api];
});
afterAll(async () => {
  await serving.stop();
  await akool.close();
  await rm(directory, { recursive: true });
});

const run = (args: readonly string[], input?: string) => command([...args, ...local], {}, input);

describe("submit", () => {
  it("takes ids from AKOOL's own JSON, waits, and says what became of each", async () => {
    const [good, bad] = [akool.addJob(QUICK), akool.addJob(FAILS)];
    const input = JSON.stringify({ code: 1000, data: [{ _id: good }, { _id: bad }] });

    const { code, out, error } = await run(["submit", "--wait", "--tag", "team=submit"], input);

    expect(out).toContain(`${good}  archived`);
    expect(out).toContain(`${bad}  failed  no face was found`);
    expect(error).toContain(`${good}  accepted  started`);
    expect(code).toBe(1);
  });

  it("starts nothing twice, and tells it in JSON", async () => {
    const id = akool.addJob(NEVER);

    const first = await run(["submit", id, "--json"]);
    const second = await run(["submit", id, "--json"]);

    expect(first.json()).toMatchObject([{ videoModelId: id, started: true }]);
    expect(second.json()).toMatchObject([{ videoModelId: id, started: false }]);
    expect(second.code).toBe(0);
  });
});

describe("list, show and watch", () => {
  it("go from a filter to a job's timeline and what to do next", async () => {
    const [id, bad] = [akool.addJob(QUICK), akool.addJob(FAILS)];
    await run(["submit", id, bad, "--tag", "team=look"]);

    const watched = await run(["watch", id, bad]);
    const ids = await run(["list", "--tag", "team=look", "--status", "archived", "--quiet"]);
    const shown = await run(["show", bad]);

    expect(watched.out).toMatch(new RegExp(`${id}  archived .*polls`));
    expect(watched.code).toBe(1);
    expect(ids.out).toBe(`${id}\n`);
    expect(shown.out).toMatch(/Why +no face was found/);
    expect(shown.out).toMatch(/Next +create it anew at AKOOL/);
    expect(shown.out).toMatch(/Z {2}1 {2}accepted\n/);
    expect(shown.out).toMatch(/Z {2}1 {2}failed +no face was found/);
  });

  it("say when there is no such job, and what to do", async () => {
    const { code, error } = await run(["show", "0123456789abcdef01234567"]);

    expect(code).toBe(1);
    expect(error).toContain("There is no such job (HTTP 404)");
    expect(error).toContain("akool-archiver submit <id>");
  });
});

describe("download", () => {
  it("checks the file against the record, and leaves what is there", async () => {
    const id = akool.addJob(QUICK);
    await run(["submit", id, "--wait"]);

    const first = await run(["download", id, "--to", join(directory, "videos")]);
    const second = await run(["download", id, "--to", join(directory, "videos"), "--json"]);

    expect(first).toMatchObject({
      code: 0,
      out: `${join(directory, "videos", `${id}.mp4`)}  362 kB  checked\n`,
    });
    expect(second.json()).toMatchObject([{ bytes: 362_076, fetched: false }]);
    const served = join(directory, "data/videos", `${id}.mp4`);
    const [mine, theirs] = await Promise.all(
      [join(directory, "videos", `${id}.mp4`), served].map((file) => readFile(file)),
    );
    expect(mine?.equals(theirs ?? Buffer.alloc(0))).toBe(true);
  });

  it("replaces a file that is another, and refuses where there is no video", async () => {
    const [id, never] = [akool.addJob(QUICK), akool.addJob(NEVER)];
    await run(["submit", id, "--wait"]);
    await run(["submit", never]);
    await writeFile(join(directory, `${id}.mp4`), "another");

    const { code, out } = await run(["download", never, id, "--to", directory]);

    expect(out).toContain(`${id}.mp4  362 kB  checked`);
    expect(out).toContain(`${never}  The video is not archived yet`);
    expect(code).toBe(1);
  });
});

describe("cancel and retry", () => {
  it("show what a filter means, ask, and do it with --yes", async () => {
    const ids = [akool.addJob(NEVER), akool.addJob(NEVER)];
    await run(["submit", ...ids, "--tag", "team=bulk"]);

    const asked = await run(["cancel", "--tag", "team=bulk"]);
    const cancelled = await run(["cancel", "--tag", "team=bulk", "--yes"]);
    const retried = await run(["retry", ids[0] ?? ""]);

    expect(asked.code).toBe(2);
    expect(asked.error).toContain("cancel 2 jobs? AKOOL goes on generating, and charges.");
    expect(asked.error).toContain("--yes");
    for (const id of ids) {
      expect(asked.error).toContain(id);
      expect(cancelled.out).toContain(`${id}  cancelled`);
    }
    expect(retried).toMatchObject({ code: 0, out: `${ids[0]}  accepted  begun again\n` });
  });
});

describe("import", () => {
  it("sends a file, waits, sums up, and writes the report", async () => {
    const [one, two] = [akool.addJob(QUICK), akool.addJob(QUICK)];
    await writeFile(join(directory, "list.csv"), `id,team\n${one},a\n${two},b\nno,c\n`);

    const args = [
      "import",
      join(directory, "list.csv"),
      "--wait",
      "--report",
      join(directory, "report.jsonl"),
    ];
    const { code, out } = await run(args);

    expect(out).toMatch(/started +2\n/);
    expect(out).toMatch(/malformed +1\n/);
    expect(code).toBe(1);
    const report = await readFile(join(directory, "report.jsonl"), "utf8");
    expect(report.trim().split("\n")).toHaveLength(3);
  });
});

describe("swap", () => {
  const create = ["swap", "create", "--key", "order-1", "--duration", "10"];
  const addresses = [
    "--image",
    "https://example.com/a.png",
    "--video",
    "https://example.com/v.mp4",
  ];
  const creations = () => akool.requests().filter(({ url }) => url.includes("/create")).length;

  it("spends nothing unasked, and nothing twice under a key", async () => {
    const asked = await run([...create, ...addresses]);
    expect(asked.code).toBe(2);
    expect(asked.error).toContain("AKOOL charges about 20 credits at 720p. Create it?");
    expect(creations()).toBe(0);

    const first = await run([...create, ...addresses, "--yes", "--quiet"]);
    const second = await run([...create, ...addresses, "--yes", "--quiet"]);

    expect(first.out).toMatch(/^[0-9a-f]{24}\n$/);
    expect(second.out).toBe(first.out);
    expect(creations()).toBe(1);
    expect((await run(["swap", "show", "order-1"])).out).toMatch(/State +created/);
  });

  it("settles only what needs it", async () => {
    const { code, error } = await run(["swap", "settle", "order-1", "--release", "--yes"]);

    expect(code).toBe(1);
    expect(error).toContain("The submission needs no settlement (HTTP 409)");
  });
});

describe("the rest", () => {
  it("events are those of this machine, one a line", async () => {
    const { code, json } = await run(["events", "--json"]);

    expect(code).toBe(0);
    expect(json()[0]).toMatchObject({ source: "akool.video-archiver" });
  });

  it("doctor finds nothing to do here", async () => {
    const { code, out } = await run(["doctor"]);

    expect(out).toContain("the archiver answers");
    expect(out).not.toContain("to do");
    expect(code).toBe(0);
  });

  it("use remembers which archiver is meant", async () => {
    const environment = { XDG_CONFIG_HOME: join(directory, "config") };
    const remembered = await command(["use", ...local], environment);

    const listed = await command(["list", "--quiet", "--limit", "1"], environment);
    const forgotten = await command(["use", "--forget"], environment);

    expect(remembered.out).toContain(local[1]);
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f]{24}\n$/) });
    expect(forgotten.out).toContain("http://127.0.0.1:8787");
  });
});
