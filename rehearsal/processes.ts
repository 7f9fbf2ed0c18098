import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How a program is run. */
export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The name of the file that its output goes to. */
  readonly log: string;
}

/** A program ended with an error; the message has the end of its output. */
export class ProgramFailed extends Error {
  override readonly name = "ProgramFailed";
}

/** Time for a program to end by itself; the emulator sometimes does not. */
const PATIENCE_MS = 3_000;
const SHOWN_LINES = 30;

/** The programs that the rehearsal runs: all of them end with it, and with whatever they started. */
export class Processes {
  readonly #logs: string;
  readonly #running = new Set<ChildProcess>();

  /** @param logs the directory of the output */
  constructor(logs: string) {
    this.#logs = logs;
  }

  /**
   * Runs a program to its end.
   *
   * @throws ProgramFailed
   */
  async run(program: string, args: readonly string[], options: RunOptions): Promise<void> {
    const child = this.start(program, args, options);
    const [code, signal] = await once(child, "exit");
    if (code === 0) return;
    const output = await this.output(options.log);
    throw new ProgramFailed(`${options.log} ended with ${code ?? signal}\n${output}`);
  }

  /** Starts a program that goes on until {@link close}. */
  start(program: string, args: readonly string[], { cwd, env, log }: RunOptions): ChildProcess {
    const output = openSync(this.#path(log), "a");
    // A group of its own: what it starts can be ended with it.
    const stdio = ["ignore", output, output] as const;
    const child = spawn(program, [...args], { cwd, env, stdio: [...stdio], detached: true });
    closeSync(output);
    this.#running.add(child);
    child.once("exit", () => {
      // Whatever it has left running.
      signalGroup(child, "SIGKILL");
      this.#running.delete(child);
    });
    return child;
  }

  /** @returns the last lines that a program has written. */
  async output(log: string): Promise<string> {
    const text = await readFile(this.#path(log), "utf8").catch(() => "");
    return text.trimEnd().split("\n").slice(-SHOWN_LINES).join("\n");
  }

  /** Ends whatever still runs. */
  async close(): Promise<void> {
    const ends = [...this.#running].map(async (child) => {
      const end = once(child, "exit");
      signalGroup(child, "SIGTERM");
      await Promise.race([end, sleep(PATIENCE_MS)]);
      if (!this.#running.has(child)) return;
      signalGroup(child, "SIGKILL");
      await end;
    });
    await Promise.all(ends);
  }

  #path(log: string): string {
    return join(this.#logs, `${log}.log`);
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}
