import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const SOURCE_DIRECTORIES = ["bin", "lib", "functions", "schemas"];
const SOURCE_FILES = ["cdk.json", "openapi.json", "package.json", "package-lock.json"];

/** What something is made from, by names below the project's directory. */
export interface Sources {
  readonly directories: readonly string[];
  readonly files: readonly string[];
}

/** What the synthesized stack is made from. */
export const STACK_SOURCES: Sources = { directories: SOURCE_DIRECTORIES, files: SOURCE_FILES };

/**
 * The SHA-256 (hex) of sources: their names and contents. Synchronous, since everything else waits
 * for it at a start: 344 small files took 2 to 7 ms so, and 130 to 170 ms with asynchronous reads.
 *
 * @param root the project's directory
 */
export function sourceDigest(root: string, sources: Sources): string {
  const listed = sources.directories.flatMap((name) => filesBelow(join(root, name)));
  const files = [...listed, ...sources.files.map((name) => join(root, name))].sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const content = readFileSync(file);
    // The length keeps two files from hashing like one with both contents.
    hash.update(`${relative(root, file).split(sep).join("/")}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest("hex");
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
