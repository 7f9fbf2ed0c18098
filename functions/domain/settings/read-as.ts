import * as z from "zod/mini";
import type { Reading } from "./pasted-value.ts";

/** A schema for a text that is read by one of our readers; its message is the reader's problem. */
export function readAs(text: z.ZodMiniType<string, string>, read: (text: string) => Reading) {
  return z.pipe(
    text,
    z.transform((given: string, context) => {
      const { value, problem } = read(given);
      if (problem === undefined) return value;
      context.issues.push({ code: "custom", message: problem, input: "" });
      return z.NEVER;
    }),
  );
}
