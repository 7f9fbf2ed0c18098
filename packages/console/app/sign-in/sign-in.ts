import { mayOperate } from "./granted.ts";
import { createKept, type TabStorage, type Tokens } from "./kept.ts";
import { createProvider, newPending, type ProviderContext } from "./provider.ts";
import type { SignInSettings } from "./sign-in-settings.ts";

/** What of the browser a sign-in works with. */
export interface SignInBrowser extends Omit<ProviderContext, "origin"> {
  readonly location: {
    readonly href: string;
    readonly origin: string;
    readonly hash: string;
    assign(url: string): void;
  };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void };
  readonly sessionStorage: TabStorage;
}

/** A person who has signed in. */
export interface SignedIn {
  /** For `createArchiver({ url, token })`: the access token, a fresh one where it is about to end. */
  readonly token: () => Promise<string>;
  /** Whether it makes sense to offer what changes something. */
  readonly mayOperate: boolean;
  readonly signOut: () => Promise<void>;
}

export interface SignIn {
  /**
   * Goes on with what the tab has: the way back from the provider, or an earlier sign-in.
   *
   * @returns undefined if somebody has to sign in
   * @throws SignInRefused if the provider has led back with a refusal
   */
  resume(): Promise<SignedIn | undefined>;
  /** Leads to the provider. */
  begin(): Promise<void>;
}

/** The provider did not let the person in, or what came back is not the answer to this sign-in. */
export class SignInRefused extends Error {
  override readonly name = "SignInRefused";
}

/** The sign-in is over: it has to be begun again. */
export class SignInEnded extends Error {
  override readonly name = "SignInEnded";
}

/** A token that ends while its request is under way would be refused. */
const EARLY_MS = 30_000;

/**
 * Signs a person in with the provider of a hosted console: code with PKCE, as RFC 9700 asks of pages.
 * Tokens stay in this tab.
 *
 * @param onEnded called when the provider renews the sign-in no more
 */
export function createSignIn(
  settings: SignInSettings,
  browser: SignInBrowser,
  onEnded: () => void = () => {},
): SignIn {
  const { location, history } = browser;
  const kept = createKept(browser.sessionStorage);
  const provider = createProvider(settings, { ...browser, origin: location.origin });
  let refreshing: Promise<Tokens> | undefined;

  async function cameBack(returned: URL): Promise<void> {
    const pending = kept.takePending();
    // A code is good for once: neither a reload nor the history may show it again.
    history.replaceState(null, "", `/${pending?.place ?? ""}`);
    if (pending === undefined) throw new SignInRefused("this tab has begun no sign-in");
    const tokens = await provider.redeem(returned, pending).catch((cause: unknown) => {
      throw new SignInRefused(reasonOf(returned, cause), { cause });
    });
    kept.keepTokens(tokens);
  }

  /** @throws SignInEnded; whatever keeps the provider from answering */
  async function renewed(refresh: string | undefined): Promise<Tokens> {
    if (refresh === undefined) throw new SignInEnded("the sign-in has ended");
    const tokens = await provider.refresh(refresh).catch((cause: unknown) => {
      if (!isRefusal(cause)) throw cause;
      throw new SignInEnded("the sign-in has ended", { cause });
    });
    kept.keepTokens(tokens);
    return tokens;
  }

  async function token(): Promise<string> {
    const tokens = kept.tokens();
    if (tokens !== undefined && tokens.expiresAt - EARLY_MS > browser.now()) return tokens.access;
    // Many requests may find the same token old; a refresh token works once.
    refreshing ??= renewed(tokens?.refresh).finally(() => {
      refreshing = undefined;
    });
    try {
      return (await refreshing).access;
    } catch (error) {
      if (error instanceof SignInEnded) {
        kept.forgetTokens();
        onEnded();
      }
      throw error;
    }
  }

  async function signOut(): Promise<void> {
    kept.forgetTokens();
    location.assign((await provider.signOutAddress().catch(() => undefined)) ?? "/");
  }

  return {
    async resume() {
      const here = new URL(location.href);
      if (here.searchParams.has("state")) await cameBack(here);
      if (kept.tokens() === undefined) return undefined;
      const access = await token().catch((error: unknown) => {
        if (error instanceof SignInEnded) return undefined;
        throw error;
      });
      if (access === undefined) return undefined;
      return { token, mayOperate: mayOperate(access, settings), signOut };
    },
    async begin() {
      const pending = newPending(location.hash);
      const address = await provider.authorizationAddress(pending);
      kept.keepPending(pending);
      location.assign(address);
    },
  };
}

/** OAuth's refusals have a code; what has none is no answer at all, and may be asked again. */
function isRefusal(cause: unknown): boolean {
  return typeof cause === "object" && cause !== null && "error" in cause;
}

function reasonOf({ searchParams }: URL, cause: unknown): string {
  const told = searchParams.get("error_description") ?? searchParams.get("error");
  if (told !== null) return told;
  return cause instanceof Error ? cause.message : String(cause);
}
