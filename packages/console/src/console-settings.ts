import type { SignInSettings } from "./sign-in-settings.ts";

/** What the page needs to know about where it runs; served as `/console.json`. */
export interface ConsoleSettings {
  /** `local`: `npm start -- serve`; `stack`: `akool-archiver console`; `hosted`: CloudFront. */
  readonly kind: "local" | "stack" | "hosted";
  /** For a person: `this machine`, or the stack's name. */
  readonly name: string;
  /** The API's address; the page's own origin unless given. */
  readonly apiUrl?: string;
  /** Where AKOOL's webhooks come in; absent when jobs are polled only. */
  readonly webhookUrl?: string;
  /** Whether the person may only look. What the API refuses is refused in any case. */
  readonly readOnly?: boolean;
  /** Where people sign in to a hosted console. */
  readonly signIn?: SignInSettings;
}

export const SETTINGS_PATH = "/console.json";
export const SESSION_PATH = "/_console/session";
export const LINKS_PATH = "/_console/links";

/** @param token works once; behind the `#`, so that no server and no log gets it with the address */
export function openingAddress(origin: string, token: string): string {
  return `${origin}/#token=${token}`;
}
