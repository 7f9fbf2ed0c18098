import { spawn } from "node:child_process";
import { once } from "node:events";
import { vi } from "vitest";

/** A terminal with a shell, into which a reader pastes blocks. */
export interface ShellSession {
  /**
   * Pastes a block, and waits until the shell is done with it.
   *
   * @param typed what the reader types at a prompt of the block
   */
  paste(code: string, typed?: string): Promise<{ readonly code: number; readonly output: string }>;
  /** Pastes a block that goes on, and waits until its output matches. */
  pasteUntil(code: string, said: RegExp): Promise<string>;
  close(): Promise<void>;
}

const PATIENCE = { timeout: 300_000, interval: 20 };
const DONE = /^=== done (\d+)$/m;

/** @param shell `bash` or `zsh`, which reads what is pasted from its standard input */
export function openShell(
  shell: string,
  cwd: string,
  environment: Readonly<Record<string, string | undefined>>,
): ShellSession {
  // What a person's start-up files say is not to be tested.
  const quiet = shell === "zsh" ? ["-f", "-s"] : ["--norc", "-s"];
  const child = spawn(shell, quiet, {
    cwd,
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "close");
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  child.stdin.on("error", () => undefined);
  return {
    async paste(code, typed = "") {
      text = "";
      child.stdin.write(`${code}${typed}printf '\\n=== done %s\\n' $?\n`);
      const [, status] = await vi.waitUntil(() => DONE.exec(text), PATIENCE);
      return { code: Number(status), output: text.replace(DONE, "") };
    },
    async pasteUntil(code, said) {
      text = "";
      child.stdin.write(code);
      await vi.waitUntil(() => said.test(text), PATIENCE);
      return text;
    },
    async close() {
      // The shell, and whatever it has left running.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      child.stdin.end();
      await ended;
    },
  };
}
