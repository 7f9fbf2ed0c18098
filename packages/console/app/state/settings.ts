import { signal } from "@preact/signals";
import * as z from "zod/mini";
import { signInSchema } from "../sign-in/sign-in-settings.ts";
import { replaceAddress } from "./router.ts";
import { resumeSignIn, signedIn } from "./signed-in.ts";

// The policy of the page forbids what zod would compile its parsers with.
z.config({ jitless: true });

/** As the server of the page writes it (`packages/console/src/console-settings.ts`). */
const settingsSchema = z.object({
  kind: z.enum(["local", "stack", "hosted"]),
  name: z.string(),
  apiUrl: z.optional(z.url()),
  webhookUrl: z.optional(z.string()),
  readOnly: z.optional(z.boolean()),
  signIn: z.optional(signInSchema),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Undefined until they are read. */
export const settings = signal<Settings | undefined>(undefined);

/**
 * Why the console shows nothing: `closed`, without the cookie; `signed-out`, without a sign-in to the
 * hosted one; `failed`, without its server.
 */
export const gate = signal<"opening" | "open" | "closed" | "signed-out" | "failed">("opening");

/**
 * Exchanges the one-time token of the address for the session's cookie, takes it out of the address,
 * and reads the settings.
 */
export async function open(): Promise<void> {
  gate.value = "opening";
  try {
    await exchangeToken();
    const response = await fetch("/console.json", { headers: { accept: "application/json" } });
    if (!response.ok) {
      gate.value = response.status === 401 ? "closed" : "failed";
      return;
    }
    const told = settingsSchema.parse(await response.json());
    gate.value = (await isSignedIn(told)) ? "open" : "signed-out";
  } catch {
    gate.value = "failed";
  }
}

/** Whether somebody is signed in, or need not be. */
async function isSignedIn(told: Settings): Promise<boolean> {
  settings.value = told;
  if (told.signIn === undefined) return true;
  const isThere = await resumeSignIn(told.signIn, signedOut);
  settings.value = { ...told, readOnly: signedIn.value?.mayOperate !== true };
  return isThere;
}

/** The sign-in is over; what was shown is of no use without it. */
function signedOut(): void {
  gate.value = "signed-out";
}

async function exchangeToken(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return;
  // First of all, so that neither a bookmark nor the history keeps it.
  replaceAddress("#/");
  // A token that was used before is no trouble where its cookie still works.
  await fetch("/_console/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
}
