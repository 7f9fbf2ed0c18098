import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * Runs a script in a process of its own, and kills it without warning once it has printed `deadly`.
 *
 * @returns every line that it printed
 */
export async function runUntilLine(
  script: URL,
  directory: string,
  deadly: string,
): Promise<string[]> {
  const child = spawn(process.execPath, [fileURLToPath(script), directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    if (line === deadly) child.kill("SIGKILL");
  });
  await once(child, "close");
  return lines;
}
