import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled } from "../scripts/bundle-command.ts";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const LOCK = new URL("../../../package-lock.json", import.meta.url);
const PERMISSIVE = ["0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MIT"];

const execute = promisify(execFile);

/** A Node.js 20 of this machine, outside the repository. */
async function oldNode(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder.includes("node_modules")) continue;
    const node = join(folder, "node");
    const version = await execute(node, ["--version"]).then(
      ({ stdout }) => stdout,
      () => "",
    );
    if (version.startsWith("v20.")) return node;
  }
  return undefined;
}

const node = await oldNode();

describe("the packed command", () => {
  let directory: string;
  let installed: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "packed-"));
    await execute("npm", ["pack", "--silent", "--pack-destination", directory], { cwd: PACKAGE });
    const [tarball = ""] = await readdir(directory);
    await execute("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], {
      cwd: directory,
    });
    installed = join(directory, "node_modules/akool-archiver");
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  const run = async (args: readonly string[]) => {
    const program = join(installed, "bin/akool-archiver.js");
    const environment = { PATH: process.env.PATH, HOME: directory };
    return execute(node ?? process.execPath, [program, ...args], { env: environment }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  };

  it("is one package, with one bundle and the console's page in it", async () => {
    const packages = (await readdir(join(directory, "node_modules"))).filter(
      (name) => !name.startsWith("."),
    );

    expect(packages).toEqual(["akool-archiver"]);
    expect(await readdir(join(installed, "dist"))).toEqual(["akool-archiver.js", "console"]);
  });

  it("serves that page", async () => {
    const program = join(installed, "bin/akool-archiver.js");
    const args = ["console", "--url", "http://127.0.0.1:9", "--port", "0", "--no-open", "--json"];
    const child = spawn(node ?? process.execPath, [program, ...args], {
      env: { PATH: process.env.PATH, HOME: directory, AKOOL_ARCHIVER_TOKEN: "jwt" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(child.stdout.setEncoding("utf8"), "data");
    const { url } = JSON.parse(line);
    const page = await fetch(new URL("/", url));
    child.kill("SIGINT");
    await once(child, "exit");

    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/<!doctype html>/i);
  });

  it.skipIf(node === undefined)("runs on Node.js 20, which is looked for on the PATH", async () => {
    const { code, stdout } = await run(["--help"]);

    expect(code).toBe(0);
    expect(stdout).toContain("submit");
  });

  it("has every command but those that need the repository", async () => {
    const { stdout } = await run(["--help"]);
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name);

    expect(commands).toEqual([
      "submit",
      "list",
      "show",
      "watch",
      "download",
      "cancel",
      "retry",
      "import",
      "swap",
      "swaps",
      "summary",
      "expiring",
      "ledger",
      "events",
      "console",
      "doctor",
      "dead-letters",
      "use",
      "completion",
    ]);
  });

  it("sends what it is told to an address, and says when nobody is there", async () => {
    const { code, stderr } = await run([
      "submit",
      "689174694b4dbdd4ab3d28c9",
      "--local",
      "http://127.0.0.1:9",
    ]);

    expect(code).toBe(1);
    expect(stderr).toContain("no answer from http://127.0.0.1:9");
  });

  it("holds only packages whose licences allow it", async () => {
    const { metafile } = await build({ ...bundled, write: false, metafile: true });
    const { packages }: { packages: Record<string, { license?: string }> } = JSON.parse(
      await readFile(LOCK, "utf8"),
    );
    const paths = new Set(
      Object.keys(metafile.inputs).flatMap((input) => {
        const [, path] = /(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
        return path === undefined ? [] : [path];
      }),
    );

    expect(paths.size).toBeGreaterThan(10);
    for (const path of paths) expect(PERMISSIVE, path).toContain(packages[path]?.license);
  });
});
