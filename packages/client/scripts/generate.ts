/** Writes the client's types and routes from openapi.json; the last step of `npm run generate`. */
import { writeFile } from "node:fs/promises";
import { generateRoutes, ROUTES } from "./routes.ts";
import { generateTypes, TYPES } from "./types.ts";

await writeFile(TYPES, await generateTypes());
await writeFile(ROUTES, await generateRoutes());
