import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConsoleNotBuilt, consoleFiles } from "#local/stack/console-files.ts";

/** Stands for the build: writes one page, and says how often it has run. */
const BUILD = `
import { appendFileSync, writeFileSync } from "node:fs";
appendFileSync("runs", "x");
writeFileSync(process.argv[2] + "/index.html", "the page");
`;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "project-"));
  for (const directory of ["app", "src", "scripts"]) {
    await mkdir(join(root, "packages/console", directory), { recursive: true });
  }
  for (const directory of ["packages/client/src", "docs"]) {
    await mkdir(join(root, directory), { recursive: true });
  }
  await writeFile(join(root, "packages/console/app/main.tsx"), "// one");
  await writeFile(join(root, "packages/console/scripts/build.ts"), BUILD);
  await writeFile(join(root, "docs/operations.md"), "# Operations");
  await writeFile(join(root, "package-lock.json"), "{}");
});
afterEach(() => rm(root, { recursive: true }));

describe("the console's files", () => {
  it("are built once for the same sources", async () => {
    const files = await consoleFiles(root);
    await consoleFiles(root);

    expect(Buffer.from(files.get("/index.html")?.body ?? []).toString()).toBe("the page");
    expect(await readFile(join(root, "runs"), "utf8")).toBe("x");

    await writeFile(join(root, "docs/operations.md"), "# Changed");
    await consoleFiles(root);
    expect(await readFile(join(root, "runs"), "utf8")).toBe("xx");
  });

  it("tell what the build wrote to its standard error when it fails", async () => {
    const failing = 'console.error("no such element"); process.exit(1);';
    await writeFile(join(root, "packages/console/scripts/build.ts"), failing);

    const building = consoleFiles(root);

    await expect(building).rejects.toThrow(ConsoleNotBuilt);
    await expect(building).rejects.toThrow("no such element");
  });
});
