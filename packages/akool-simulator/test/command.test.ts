import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { rightKey } from "../src/client.ts";
import { runSimulatorCommand } from "../src/command.ts";
import { startAkoolSimulator } from "../src/simulator.ts";

let interruption = new AbortController();

afterEach(() => {
  interruption.abort();
  interruption = new AbortController();
});

function start(...args: string[]) {
  const lines: string[] = [];
  const errors: string[] = [];
  const exitCode = runSimulatorCommand(args, {
    out: (line) => lines.push(line),
    error: (line) => errors.push(line),
    interrupted: interruption.signal,
  });
  return { exitCode, lines, errors };
}

describe("the simulator's command", () => {
  it("starts example jobs and prints a line that follows them", async () => {
    const { exitCode, lines } = start("--port", "0");
    await vi.waitFor(() => expect(lines.at(-1)).toBe("Ctrl-C ends it."), { timeout: 60_000 });

    const text = lines.join("\n");
    const ids = [...text.matchAll(/^ {2}([0-9a-f]{24}) {2}/gm)].map(([, id]) => id);
    const baseUrl = /at (http:\S+)/.exec(text)?.[1];
    const answer = await fetch(
      `${baseUrl}/v3/content/video/infobymodelid?video_model_id=${ids[0]}`,
      { headers: rightKey },
    );

    expect(ids.length).toBeGreaterThan(3);
    expect(text).toContain(`npm start -- track ${ids.join(" ")} --akool-url ${baseUrl}`);
    expect(text).toContain(
      "export AKOOL_API_KEY='simulator-key-24-bytes!!' AKOOL_CLIENT_ID=simulator-client\n" +
        `  npm start -- serve --akool-url ${baseUrl}`,
    );
    expect(await answer.json()).toMatchObject({ code: 1000, data: { video_status: 1 } });
    interruption.abort();
    expect(await exitCode).toBe(0);
  });

  it("stops serving when it is interrupted", async () => {
    const { exitCode, lines } = start("--port", "0");
    await vi.waitFor(() => expect(lines.at(-1)).toBe("Ctrl-C ends it."), { timeout: 60_000 });
    const baseUrl = /http:\S+/.exec(lines.join("\n"))?.[0] ?? "";

    interruption.abort();

    expect(await exitCode).toBe(0);
    await expect(fetch(baseUrl)).rejects.toThrow();
  });

  it("ends at once if it was interrupted while it started", async () => {
    interruption.abort();

    const { exitCode } = start("--port", "0");

    expect(await exitCode).toBe(0);
  });

  it("does not print a key of one's own", async () => {
    const { lines } = start("--port", "0", "--api-key", "a-real-key-of-24-bytes..");

    await vi.waitFor(() => expect(lines.at(-1)).toBe("Ctrl-C ends it."), { timeout: 60_000 });

    expect(lines.join("\n")).not.toContain("a-real-key");
  });

  it("shows its help, which says that it is a development tool", async () => {
    const { exitCode, lines } = start("--help");

    expect(await exitCode).toBe(0);
    expect(lines.join("\n")).toContain("a development tool");
  });

  it.each([
    [["--prot", "1"], "--prot"],
    [["--port", "x"], "--port"],
    [["--port", "65536"], "--port"],
    [["--api-key", ""], "--api-key"],
    [["--api-key", "of another length"], "16, 24 or 32 bytes"],
    [["extra"], "extra"],
  ])("ends with 2 for the wrong usage %j and says what is wrong", async (args, named) => {
    const { exitCode, errors } = start(...args);

    expect(await exitCode).toBe(2);
    expect(errors.join("\n")).toContain(named);
  });

  it("ends with 1 if its port is taken", async () => {
    await using stack = new AsyncDisposableStack();
    const other = await startAkoolSimulator();
    stack.defer(() => other.close());
    const port = new URL(other.origin).port;

    const { exitCode, errors } = start("--port", port);

    expect(await exitCode).toBe(1);
    expect(errors.join("\n")).toContain(port);
  });
});

it("ends as a process with 0 when Ctrl-C is pressed", async () => {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    text += chunk;
    if (text.includes("Ctrl-C ends it.")) break;
  }

  child.kill("SIGINT");

  expect(await once(child, "exit")).toEqual([0, null]);
});
