import openapiTS, { astToString } from "openapi-typescript";

/** The API's contract, from which the types are generated. */
export const DOCUMENT = new URL("../../../openapi.json", import.meta.url);
/** The generated file. */
export const TYPES = new URL("../src/openapi.ts", import.meta.url);

const HEADING = "// Generated from openapi.json by `npm run generate`; do not edit.\n\n";

/** The text of `src/openapi.ts` as `openapi.json` wants it. */
export async function generateTypes(): Promise<string> {
  return HEADING + astToString(await openapiTS(DOCUMENT, { silent: true }));
}
