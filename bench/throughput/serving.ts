import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { defaultApiKey } from "@akool-archiver/akool-simulator/simulator.ts";
import * as z from "zod/mini";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const readySchema = z.object({ type: z.literal("ready"), api: z.string() });

/**
 * `npm start -- serve` in a process of its own, so that its memory is that of the stack alone.
 *
 * @param root the checkout that it is started from
 */
export async function startServing(data: string, akoolUrl: string, root: string = ROOT) {
  const child = spawn(
    process.execPath,
    [
      join(root, "local/main.ts"),
      "serve",
      "--port",
      "0",
      "--json",
      "--data",
      data,
      "--akool-url",
      akoolUrl,
    ],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        AKOOL_API_KEY: defaultApiKey,
        POLL_MIN_SECONDS: "1",
        // As `npm start` has it.
        MALLOC_ARENA_MAX: "2",
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const exit = once(child, "close");
  const api = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const ready = readySchema.safeParse(JSON.parse(line));
      if (ready.success) resolve(ready.data.api);
    });
    exit.then(() => reject(new Error("the stack ended before it was ready")));
  });
  return {
    api,
    /** In bytes; what Linux has counted since the start. */
    async peakMemory(): Promise<number> {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    },
    async cpuSeconds(): Promise<number> {
      const stat = await readFile(`/proc/${child.pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // utime and stime, in ticks of 10 ms.
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    async stop(): Promise<void> {
      child.kill("SIGINT");
      await exit;
    },
  };
}
