import * as z from "zod/mini";

/** Where people sign in, as the deployment writes it (`packages/console/src/sign-in-settings.ts`). */
export const signInSchema = z.object({
  issuer: z.string(),
  clientId: z.string(),
  readScope: z.string(),
  operateScope: z.string(),
  audience: z.optional(z.string()),
  operatorGroup: z.optional(z.string()),
  endpoints: z.optional(z.object({ authorization: z.url(), token: z.url(), signOut: z.url() })),
});

export type SignInSettings = z.infer<typeof signInSchema>;
