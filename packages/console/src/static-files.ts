import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { type AllowedOrigins, responseHeaders } from "./response-headers.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** One of the built files. */
export interface StaticFile {
  /** As requested: `/index.html`, `/assets/main-….js`. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** The console as it was built, by path. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

/** What is sent for a file. */
export interface FileAnswer {
  readonly statusCode: 200;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/**
 * Reads the built console. A few files of some hundred kilobytes: they are kept in memory, so that no
 * request can name any other file of the disk.
 *
 * @param directory `packages/console/dist`, or wherever it was built into
 */
export async function readStaticFiles(directory: string): Promise<StaticFiles> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<StaticFile> => {
      const file = join(entry.parentPath, entry.name);
      const path = file.slice(directory.length).split(sep).join("/");
      return {
        path: path.startsWith("/") ? path : `/${path}`,
        contentType: TYPES[extname(entry.name)] ?? "application/octet-stream",
        body: await readFile(file),
      };
    });
  return new Map((await Promise.all(files)).map((file) => [file.path, file]));
}

/**
 * The answer to a request for one of the files; `/` is the page. Pages are told apart behind the `#`,
 * so no other path leads to it.
 *
 * @returns undefined when there is no such file
 */
export function fileAnswer(
  files: StaticFiles,
  path: string,
  origins: AllowedOrigins,
): FileAnswer | undefined {
  const file = files.get(path === "/" ? "/index.html" : path);
  if (file === undefined) return undefined;
  return {
    statusCode: 200,
    headers: { "content-type": file.contentType, ...responseHeaders(file.path, origins) },
    body: file.body,
  };
}
