/**
 * `npm run generate`: writes openapi.json and schemas/*.json from the schemas in the code.
 * Decision 0020.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { contracts } from "./contracts.ts";

mkdirSync(new URL("../schemas/", import.meta.url), { recursive: true });
for (const [name, content] of Object.entries(contracts())) {
  writeFileSync(new URL(`../${name}`, import.meta.url), content);
  console.log(name);
}
