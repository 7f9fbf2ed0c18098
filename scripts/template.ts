import * as z from "zod/mini";

/** What is read of a synthesized template. */
export const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z._default(z.record(z.string(), z.unknown()), {}),
    }),
  ),
});

export type Template = z.infer<typeof templateSchema>;
