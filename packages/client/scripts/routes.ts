import { readFile } from "node:fs/promises";
import { DOCUMENT } from "./types.ts";

/** The generated file. */
export const ROUTES = new URL("../src/routes.ts", import.meta.url);

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { security?: unknown[] }>>>>;
}

/** The text of `src/routes.ts` as `openapi.json` wants it. */
export async function generateRoutes(): Promise<string> {
  const { paths }: Document = JSON.parse(await readFile(DOCUMENT, "utf8"));
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      // AKOOL's own route is open, and nothing for a client.
      .filter(([, { security }]) => security?.length !== 0)
      .map(([method]) => `  ["${method.toUpperCase()}", "${path}"],`),
  );
  return [
    "// Generated from openapi.json by `npm run generate`; do not edit.",
    "",
    "/** Every authorized route of the API: method, and path with its `{parameters}`. */",
    "export const API_ROUTES = [",
    ...routes,
    "] as const satisfies readonly (readonly [method: string, path: string])[];",
    "",
  ].join("\n");
}
