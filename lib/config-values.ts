import * as z from "zod/mini";
import { isLoopbackHttp } from "#domain/settings/loopback.ts";
import { parseJson } from "#domain/text/parse-json.ts";

/** A value's rule, as an error message says it. */
export interface Rule {
  readonly must: string;
  readonly because: string;
  /** For a value that has no default to show. */
  readonly example?: string;
}

/** The command line gives text where cdk.json gives a number, true or false, or a list. */
export const number = z.transform((value: unknown) =>
  typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
);
export const trueOrFalse = z.transform((value: unknown) =>
  value === "true" || value === "false" ? value === "true" : value,
);
/** Texts, separated by commas. */
export const separated = z.transform((value: unknown) =>
  typeof value === "string" ? value.split(",").filter((text) => text !== "") : value,
);
export const fromJson = z.transform((value: unknown) =>
  typeof value === "string" ? parseJson(value) : value,
);

export const wholeNumber = (min: number, max: number) =>
  z.pipe(number, z.int().check(z.gte(min), z.lte(max)));

export function isHttpsUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Anything that parsing would drop or rewrite makes the two differ.
  const plain = `${url?.origin}${url?.pathname}`;
  return url?.protocol === "https:" && (text === plain || `${text}/` === plain);
}

export function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin !== text) return false;
  return url.protocol === "https:" || isLoopbackHttp(url);
}

/** Lower case, as API Gateway wants it; of two labels or more. */
export const HOST_NAME =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
