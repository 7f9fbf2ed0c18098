import { signal } from "@preact/signals";
import type { SignedIn, SignIn } from "../sign-in/sign-in.ts";
import type { SignInSettings } from "../sign-in/sign-in-settings.ts";
import { replaceAddress } from "./router.ts";

/** Who has signed in to a hosted console; elsewhere nobody has to. */
export const signedIn = signal<SignedIn | undefined>(undefined);

/** Why nobody has, in the provider's words. */
export const refusal = signal<string | undefined>(undefined);

let signIn: SignIn | undefined;

/** The way back from the provider leads to a page, which is to be shown and not only named. */
const shownHistory = {
  replaceState: (_data: unknown, _unused: string, url: string) => replaceAddress(url),
};

/**
 * Goes on with what this tab has of a sign-in.
 *
 * @param onEnded called when the sign-in is over
 * @returns whether somebody is signed in
 */
export async function resumeSignIn(
  settings: SignInSettings,
  onEnded: () => void,
): Promise<boolean> {
  // Only where it is needed: nobody signs in on one's own machine.
  const { createSignIn, SignInRefused } = await import("../sign-in/sign-in.ts");
  signIn = createSignIn(
    settings,
    { location, history: shownHistory, sessionStorage, now: Date.now },
    onEnded,
  );
  try {
    signedIn.value = await signIn.resume();
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    refusal.value = error.message;
  }
  return signedIn.value !== undefined;
}

/** Leads to the provider. */
export async function beginSignIn(): Promise<void> {
  refusal.value = undefined;
  await signIn?.begin();
}

/** The request with the person's token, where somebody has signed in. */
export async function withToken(request: Request): Promise<Request> {
  if (signedIn.value === undefined) return request;
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${await signedIn.value.token()}`);
  return new Request(request, { headers });
}
