import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { demo, serve, track } from "../src/commands/machine.ts";
import { command } from "./in-process.ts";

const SHIM = fileURLToPath(new URL("../bin/akool-archiver.js", import.meta.url));
const execute = promisify(execFile);

/** The Node.js that a shell outside of npm finds, whatever its version. */
const outside = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

describe("the archiver on this machine", () => {
  it.each([
    [["track", "short"], 2],
    [["serve", "689174694b4dbdd4ab3d28c9"], 2],
    [["serve", "--port", "99999"], 2],
    [["demo", "--akool-url", "http://127.0.0.1:1"], 2],
  ])("%j is given to npm start, with its exit code", async (args, code) => {
    expect((await command(args, {}, "", { more: { demo, serve, track } })).code).toBe(code);
  });

  it("is reached by the shim on any Node.js, which starts the one of the repository", async () => {
    const ran = await execute("node", [SHIM, "track", "short"], {
      env: { PATH: outside === "" ? process.env.PATH : outside },
    }).catch((error: unknown) => error);

    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not an AKOOL id: "short"'),
    });
  });

  it("is linked where npx finds it", async () => {
    const linked = fileURLToPath(
      new URL(join("../../../node_modules/.bin", "akool-archiver"), import.meta.url),
    );

    expect((await execute(linked, ["--help"])).stdout).toContain("serve");
  });
});
