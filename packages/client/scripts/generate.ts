/** Writes the client's types from openapi.json; the last step of `npm run generate`. */
import { writeFile } from "node:fs/promises";
import { generateTypes, TYPES } from "./types.ts";

await writeFile(TYPES, await generateTypes());
