import * as z from "zod/mini";
import { UnreadableAssembly } from "./assembly.ts";

const { localeError } = z.locales.en();

/**
 * Reads a resource's properties against a list of all that is honoured locally.
 *
 * @throws UnreadableAssembly naming the resource and each property that is not supported
 */
export function readProperties<Schema extends z.ZodMiniType>(
  schema: Schema,
  logicalId: string,
  properties: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(properties, { error: localeError });
  if (parsed.success) return parsed.data;
  throw new UnreadableAssembly(
    `${logicalId} cannot be run locally:\n${z.prettifyError(parsed.error)}`,
  );
}
