import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Json } from "#test/e2e/served.ts";

const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

export interface CommandOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Instead of the sources. */
  readonly program?: readonly string[];
}

/** `akool-archiver` in a process of its own, as a shell starts it. */
export function startCommand(args: readonly string[], options: CommandOptions = {}) {
  const [node = process.execPath, ...script] = options.program ?? [process.execPath, MAIN];
  const child = spawn(node, [...script, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, HOME: "/nonexistent", ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    error += text;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const closed = once(child, "close");
  return {
    async ended() {
      const [code, signal] = await closed;
      return { code, signal, out, error, json: () => jsonLines(out) };
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
    interrupt: () => child.kill("SIGINT"),
  };
}

export function command(args: readonly string[], options?: CommandOptions) {
  return startCommand(args, options).ended();
}

function jsonLines(text: string): Json[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
