/**
 * The few calls of OAuth 2 that the page makes. By oauth4webapi: it is certified for OpenID Connect,
 * has no dependencies, and what it refuses (a state of another sign-in, a mixed-up issuer, an answer
 * that is none) is easy to forget.
 */
import * as oauth from "oauth4webapi";
import type { Pending, Tokens } from "./kept.ts";
import type { SignInSettings } from "./sign-in-settings.ts";

type Fetch = (url: string, options: object) => Promise<Response>;

/** Where the page is, and how it reaches others. */
export interface ProviderContext {
  /** The page's own origin. */
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Instead of the global one. */
  readonly fetch?: Fetch | undefined;
}

/** The provider's document names an address that the page may not call. */
export class UnusableProvider extends Error {
  override readonly name = "UnusableProvider";
}

/** A token that says nothing of its end is taken for one of this length. */
const UNSAID_SECONDS = 300;

/** The provider, as far as a page asks it. */
export interface Provider {
  /** Where to send the browser. */
  authorizationAddress(pending: Pending): Promise<string>;
  /** @throws what oauth4webapi does for an answer that is not to this sign-in, or a refusal */
  redeem(returned: URL, pending: Pending): Promise<Tokens>;
  /** @throws as {@link redeem} */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Where to send the browser to end the sign-in there, too; undefined if there is no such place. */
  signOutAddress(): Promise<string | undefined>;
}

/** Asks for nothing before it is needed. */
export function createProvider(settings: SignInSettings, context: ProviderContext): Provider {
  const { clientId, audience } = settings;
  const client: oauth.Client = { client_id: clientId };
  const redirectUri = `${context.origin}/`;
  const options = context.fetch && { [oauth.customFetch]: context.fetch };
  let known: Promise<oauth.AuthorizationServer> | undefined;

  const server = () => {
    known ??= serverOf(settings, options).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };

  return {
    async authorizationAddress({ state, verifier }) {
      const as = await server();
      const url = new URL(as.authorization_endpoint ?? "");
      const offline = as.scopes_supported?.includes("offline_access") ? ["offline_access"] : [];
      const parameters = {
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: [settings.readScope, settings.operateScope, ...offline].join(" "),
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(audience !== undefined && { audience }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
    async redeem(returned, { state, verifier }) {
      const as = await server();
      const parameters = oauth.validateAuthResponse(as, client, returned, state);
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        oauth.None(),
        parameters,
        redirectUri,
        verifier,
        options,
      );
      const answer = await oauth.processAuthorizationCodeResponse(as, client, response);
      return tokensOf(answer, context.now());
    },
    async refresh(refreshToken) {
      const as = await server();
      const none = oauth.None();
      const response = await oauth.refreshTokenGrantRequest(
        as,
        client,
        none,
        refreshToken,
        options,
      );
      const answer = await oauth.processRefreshTokenResponse(as, client, response);
      // Providers that do not rotate it do not repeat it.
      return { refresh: refreshToken, ...tokensOf(answer, context.now()) };
    },
    async signOutAddress() {
      const own = settings.endpoints?.signOut;
      const address = own ?? (await server()).end_session_endpoint;
      if (address === undefined) return undefined;
      const url = new URL(address);
      url.searchParams.set("client_id", clientId);
      url.searchParams.set(
        own === undefined ? "post_logout_redirect_uri" : "logout_uri",
        redirectUri,
      );
      return url.href;
    },
  };
}

/** Made for each sign-in. */
export function newPending(place: string): Pending {
  return {
    state: oauth.generateRandomState(),
    verifier: oauth.generateRandomCodeVerifier(),
    place,
  };
}

async function serverOf(
  { issuer, endpoints }: SignInSettings,
  options: oauth.DiscoveryRequestOptions | undefined,
): Promise<oauth.AuthorizationServer> {
  if (endpoints !== undefined) {
    const { authorization, token } = endpoints;
    return { issuer, authorization_endpoint: authorization, token_endpoint: token };
  }
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, { algorithm: "oidc", ...options });
  const as = await oauth.processDiscoveryResponse(url, response);
  // The page's policy lets it call the issuer's origin and no other.
  if (new URL(as.token_endpoint ?? "about:blank").origin !== url.origin) {
    throw new UnusableProvider(`the token endpoint of ${issuer} lies on another origin`);
  }
  return as;
}

function tokensOf(answer: oauth.TokenEndpointResponse, now: number): Tokens {
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = answer;
  return {
    access,
    expiresAt: now + (seconds ?? UNSAID_SECONDS) * 1000,
    ...(refresh !== undefined && { refresh }),
  };
}
