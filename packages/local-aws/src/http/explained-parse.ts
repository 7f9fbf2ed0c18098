import * as z from "zod/mini";

// zod/mini has no messages of its own: without a locale every problem reads "Invalid input".
const { localeError } = z.locales.en();

/** Checks a value, with a message that names what is wrong in it and where. */
export function explainedParse<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
): { data: z.infer<Schema> } | { problem: string } {
  const parsed = schema.safeParse(value, { error: localeError });
  return parsed.success ? { data: parsed.data } : { problem: z.prettifyError(parsed.error) };
}
