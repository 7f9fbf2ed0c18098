import { execFileSync, spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { missingLines, type ShellBlock, shellBlocks } from "./shell-blocks.ts";
import { openShell, type ShellSession } from "./shell-session.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const KEY = "simulator-key-24-bytes!!";
const API = "http://127.0.0.1:8787";
const BLOCKS = shellBlocks();
const ran = new Set<string>();

const isThere = (program: string) => spawnSync(program, ["--version"]).error === undefined;

/** The one block of a page that holds some words. */
function block(page: string, words: string): ShellBlock {
  const found = BLOCKS.filter((it) => it.page === page && it.code.includes(words));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} blocks with ${words}`);
  const [one] = found as [ShellBlock];
  ran.add(one.code);
  return one;
}

let clone: string;
let environment: Record<string, string | undefined>;

/** A fresh clone with its packages installed: `npm ci` has been done, and does nothing more. */
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "tour-"));
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter(Boolean)) {
    await mkdir(dirname(join(clone, file)), { recursive: true });
    await cp(join(ROOT, file), join(clone, file), { recursive: true, force: true }).catch(() => {});
  }
  await symlink(join(ROOT, "node_modules"), join(clone, "node_modules"));
  const programs = join(clone, ".programs");
  await mkdir(programs);
  const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
  await writeFile(join(programs, "npm"), `#!/bin/sh\n[ "$1" = ci ] || exec ${npm} "$@"\n`);
  await chmod(join(programs, "npm"), 0o755);
  environment = {
    PATH: [programs, process.env.PATH].join(delimiter),
    HOME: join(clone, ".home"),
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "1",
  };
});
afterAll(async () => {
  await rm(clone, { recursive: true });
});

const shells = ["bash", "zsh"].filter(isThere);

describe.each(shells)("in %s", (shell) => {
  const open = (more: Readonly<Record<string, string>> = {}): ShellSession =>
    openShell(shell, clone, { ...environment, ...more });
  // `track` goes on with what another shell's tour has left unfinished, at a simulator that is gone.
  beforeAll(() => rm(join(clone, ".local"), { recursive: true, force: true }));

  it("the demonstration shows what the README and the tour say", async () => {
    const demo = block("README.md", "npm ci && npm start");
    const again = block("docs/tour.md", "npm ci && npm start");
    const terminal = open();

    const { code, output } = await terminal.paste(demo.code);
    await terminal.close();

    expect(code).toBe(0);
    expect(missingLines(demo.output ?? "nothing is shown", output)).toEqual([]);
    expect(missingLines(again.output ?? "nothing is shown", output)).toEqual([]);
    expect(again.code).toBe(demo.code);
  });

  it("a job of one's own is followed with a key that is typed", async () => {
    const akool: AkoolSimulator = await startAkoolSimulator();
    const script = {
      queueMs: 0,
      processMs: 500,
      end: { kind: "complete", file: { kind: "sample" } },
    };
    const id = akool.addJob(script as Parameters<AkoolSimulator["addJob"]>[0]);
    const terminal = open({ AKOOL_BASE_URL: akool.baseUrl });

    for (const page of ["README.md", "docs/tour.md"]) {
      const typed = await terminal.paste(block(page, "read -rs AKOOL_API_KEY").code, `${KEY}\n`);
      expect(typed).toMatchObject({ code: 0, output: expect.stringContaining("AKOOL API key: ") });
      const { code, output } = await terminal.paste(
        block(page, "npm start -- track 6").code.replace("689174694b4dbdd4ab3d28c9", id),
      );
      expect(output).toMatch(new RegExp(`${id} +archived .*\\.local/videos/${id}\\.mp4`));
      expect(output).not.toContain(KEY);
      expect(code).toBe(0);
    }
    await terminal.close();
    await akool.close();
  });

  it("the tour of the HTTP API can be walked from its beginning to its end", async () => {
    const [first, second, third] = [open(), open(), open()];
    const simulator = block("docs/tour.md", "npm run simulator");
    const ids = await first.pasteUntil(simulator.code, /Ctrl-C ends it/);
    const [id = "", id2 = ""] = [...ids.matchAll(/^ {2}([0-9a-f]{24}) {2}/gm)].map((it) => it[1]);
    const serve = block("docs/tour.md", "npm start -- serve");
    const said = await second.pasteUntil(serve.code, /Ctrl-C stops/);
    expect(missingLines(serve.output ?? "nothing is shown", said)).toEqual([]);
    const paste = async (words: string, page = "docs/tour.md") => {
      const { code, output } = await third.paste(
        block(page, words)
          .code.replaceAll("426a8cfe915cec2fdfa23d54", id)
          .replaceAll("6a05af00bcbe99c57d8f824d", id2)
          .replaceAll("<id>", id2),
      );
      expect({ words, code, output }).toMatchObject({ code: 0 });
      return output;
    };
    const show = (words: string) => block("docs/tour.md", words).output ?? "nothing is shown";

    const accepted = await paste("curl -si --json");
    expect(accepted).toMatch(/HTTP\/1\.1 202[\s\S]*"status":"accepted"/);
    await vi.waitUntil(
      async () => {
        const job: unknown = await (await fetch(`${API}/jobs/${id}`)).json();
        return Object(job).status === "archived";
      },
      { timeout: 90_000, interval: 300 },
    );
    const followed = await paste("jq -c '.timeline[]'");
    const names = /CharacterSwap_\d+\.mp4/;
    expect(missingLines(show("jq -c '.timeline[]'").replace(names, "…"), followed)).toEqual([]);
    expect(await paste("create -H 'x-api-key")).toMatch(/^[0-9a-f]{24}$/m);
    await third.paste(`ID2=${id2}\n`);
    const stopped = await paste("curl -s -X DELETE $API/jobs/$ID2");
    expect(stopped).toMatch(/"status"/);
    expect(await paste("Idempotency-Key: order-4711")).toMatch(/"state":"created"/);
    for (const settlement of ['{"videoModelId":"689174694b4dbdd4ab3d28c9"}', '{"release":true}']) {
      expect(await paste(settlement)).toMatch(/problem:/);
    }
    if (isThere("aws")) expect(await paste("aws events put-events")).toMatch(/FailedEntryCount.+0/);
    else block("docs/tour.md", "aws events put-events");
    expect(await paste('-d \'{"jobs":')).toMatch(/"importId"/);
    await writeFile(join(clone, "videos.csv"), `id\n${id}\n`);
    expect(await paste("--data-binary @videos.csv", "docs/api.md")).toMatch(/"importId"/);

    await Promise.all([first, second, third].map((terminal) => terminal.close()));
  });
});

it("every block that can run here has been run", () => {
  const left = BLOCKS.filter(({ code, notRun }) => notRun === undefined && !ran.has(code));

  expect(left.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
});

it.skipIf(shells.includes("zsh"))("zsh is there to run them too", ({ skip }) => {
  skip("zsh is not installed");
});
