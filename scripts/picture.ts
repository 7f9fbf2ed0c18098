/**
 * `npm run picture`: draws the picture of the terminal for the README from the run that was recorded
 * last; with `--record` from a new one, which takes about 15 seconds.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DEMO_TITLE, drawTerminal, THEMES } from "./terminal-picture.ts";

const PICTURES = new URL("../docs/pictures/", import.meta.url);
const MAIN = fileURLToPath(new URL("../local/main.ts", import.meta.url));
/** A picture of more lines is not read. */
const FIRST_LINES = 6;
const LAST_LINES = 4;

const RECORDED = new URL("demo.txt", PICTURES);

const recorded = process.argv.includes("--record")
  ? await record()
  : await readFile(RECORDED, "utf8");
for (const theme of THEMES) {
  const picture = drawTerminal(DEMO_TITLE, recorded.trimEnd().split("\n"), theme);
  await writeFile(new URL(`demo-${theme.name}.svg`, PICTURES), picture);
}

/** What the demonstration says of itself, from its words at the start to its table. */
async function record(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), "picture-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, "--data", data]);
    const said = stdout.replaceAll(data, ".local/demo").trimEnd().split("\n");
    const table = said.findIndex((line) => line.startsWith("Video "));
    const text = `${["$ npm start", ...shortened(said, table)].join("\n")}\n`;
    await writeFile(RECORDED, text);
    return text;
  } finally {
    await rm(data, { recursive: true });
  }
}

/** The words at the start, the first and last lines about jobs, and the table. */
function shortened(said: readonly string[], table: number): string[] {
  const isAboutJob = (line: string) => /^[0-9a-f]{24} {2}/.test(line);
  const first = said.findIndex(isAboutJob);
  const jobs = said.slice(first, table).filter(isAboutJob);
  const shown = [...jobs.slice(0, FIRST_LINES), "…", ...jobs.slice(-LAST_LINES)];
  return [...said.slice(0, first), ...shown, "", ...said.slice(table)];
}
