import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { npmStartArguments } from "../src/npm-start.ts";
import { MACHINE } from "../src/start-here.ts";
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
    [["track", "short"], 'not an AKOOL id: "short"'],
    [["track", "689174694b4dbdd4ab3d28c9"], "AKOOL_API_KEY is not set"],
    [["serve", "689174694b4dbdd4ab3d28c9"], "Too many arguments"],
    [["serve", "--port", "99999"], "--port must be a number"],
    [["demo", "--akool-url", "http://127.0.0.1:1"], "No flag registered for --akool-url"],
    [["demo", "689174694b4dbdd4ab3d28c9"], "Too many arguments"],
  ])("%j says what is wrong, and is exit code 2", async (args, help) => {
    const { code, out, error } = await command(args, {}, "", { more: MACHINE });

    expect(error).toContain(help);
    expect(error).toContain(`See: akool-archiver ${args[0]} --help`);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  it.each([
    [[], ["demo"]],
    [
      ["--data", "d"],
      ["demo", "--data", "d"],
    ],
    [["--help"], ["--help"]],
    [["-h"], ["-h"]],
    [
      ["track", "--help"],
      ["track", "--help"],
    ],
    [["list"], ["list"]],
  ])("npm start -- %j is the command with %j", (given, args) => {
    expect(npmStartArguments(given)).toEqual(args);
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
