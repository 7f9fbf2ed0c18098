import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
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
 * The SHA-256 (hex) of sources: their names and contents.
 *
 * @param root the project's directory
 */
export async function sourceDigest(root: string, sources: Sources): Promise<string> {
  const listings = await Promise.all(
    sources.directories.map((name) => filesBelow(join(root, name))),
  );
  const files = [...listings.flat(), ...sources.files.map((name) => join(root, name))].sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const content = await readFile(file);
    // The length keeps two files from hashing like one with both contents.
    hash.update(`${relative(root, file).split(sep).join("/")}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest("hex");
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
