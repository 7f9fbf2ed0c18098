import type * as z from "zod/mini";
import { explainedParse } from "../http/explained-parse.ts";
import { UnreadableAssembly } from "./assembly.ts";

/**
 * Checks a resource's properties against a list of everything that is honoured locally.
 *
 * @throws UnreadableAssembly naming the resource and each property that is not supported
 */
export function readProperties<Schema extends z.ZodMiniType>(
  schema: Schema,
  logicalId: string,
  properties: unknown,
): z.infer<Schema> {
  const parsed = explainedParse(schema, properties);
  if ("data" in parsed) return parsed.data;
  throw new UnreadableAssembly(`${logicalId} cannot be run locally:\n${parsed.problem}`);
}
