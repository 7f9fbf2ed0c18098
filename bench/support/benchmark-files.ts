import { mkdir, writeFile } from "node:fs/promises";

/** Pages and charts, which people read. */
const PAGES = new URL("../../docs/benchmarks/", import.meta.url);
/** Raw figures, from which both were made. */
const FIGURES = new URL("../results/", import.meta.url);

/** Writes what a benchmark has made; `.json` goes to `bench/results/`, the rest to `docs/benchmarks/`. */
export async function writeBenchmarkFiles(files: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all([PAGES, FIGURES].map((folder) => mkdir(folder, { recursive: true })));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(new URL(name, name.endsWith(".json") ? FIGURES : PAGES), content);
  }
}
