import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A working day: after that the address has to be opened again. */
export const SESSION_SECONDS = 12 * 3600;

/** Links that were made and never opened do not pile up. */
const MAX_UNUSED_TOKENS = 100;

const SECRET_BYTES = 32;

/** The headers that tell whether a browser's page asks, and for whom. */
export interface BrowserHeaders {
  readonly origin?: string | undefined;
  readonly "sec-fetch-site"?: string | string[] | undefined;
  readonly cookie?: string | undefined;
}

export interface BrowserSessionOptions {
  /** Signs the cookies; whoever has it can make one. */
  readonly key: Uint8Array;
  /**
   * Made from the key unless given. Cookies are not told apart by port: under one name, two servers of
   * one machine would overwrite each other's.
   */
  readonly cookieName?: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Who may ask through a browser. A page is opened with a token that works once, and exchanges it for
 * a cookie; every other page, and every other person's browser, has none (decision 0082).
 */
export interface BrowserSession {
  /** A token for one exchange; it works until it is used. */
  token(): string;
  /** @returns the value of `Set-Cookie`, or undefined for a token that is unknown or was used */
  exchange(token: string): string | undefined;
  /**
   * Whether a request is let through: it is from no browser, or from the console's own page with its
   * cookie. Every current browser sends `Sec-Fetch-Site`; programs do not (Node's fetch sends only
   * `Sec-Fetch-Mode`).
   *
   * @param programs whether those that are no browser need no cookie; true unless given
   */
  admits(headers: BrowserHeaders, programs?: boolean): boolean;
}

/** Whether a browser has sent a request, as far as its headers tell. */
export function isFromBrowser(headers: BrowserHeaders): boolean {
  return headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
}

export function createBrowserSession(options: BrowserSessionOptions): BrowserSession {
  const { key, now } = options;
  const { cookieName = `akool-console-${digest(key).toString("hex").slice(0, 12)}` } = options;
  const unused: Buffer[] = [];

  function signature(expires: string): string {
    return createHmac("sha256", key).update(`${cookieName}=${expires}`).digest("base64url");
  }

  function isValid(value: string): boolean {
    const [expires = "", given = ""] = value.split(".");
    if (!/^\d{1,15}$/.test(expires) || Number(expires) < now()) return false;
    return areEqual(given, signature(expires));
  }

  return {
    token() {
      const token = randomBytes(SECRET_BYTES).toString("base64url");
      unused.push(digest(token));
      if (unused.length > MAX_UNUSED_TOKENS) unused.shift();
      return token;
    },
    exchange(token) {
      const wanted = digest(token);
      const index = unused.findIndex((known) => timingSafeEqual(known, wanted));
      if (index < 0) return undefined;
      unused.splice(index, 1);
      const expires = String(now() + SESSION_SECONDS * 1000);
      return (
        `${cookieName}=${expires}.${signature(expires)}; Path=/; Max-Age=${SESSION_SECONDS}; ` +
        "HttpOnly; SameSite=Strict"
      );
    },
    admits(headers, programs = true) {
      if (programs && !isFromBrowser(headers)) return true;
      const site = headers["sec-fetch-site"];
      // A page of another port is of the same site, and the browser would send the cookie with it.
      if (site !== undefined && site !== "same-origin" && site !== "none") return false;
      return cookies(headers.cookie, cookieName).some(isValid);
    },
  };
}

function cookies(header: string | undefined, name: string): string[] {
  const prefix = `${name}=`;
  return (header ?? "")
    .split(/; */)
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length));
}

function areEqual(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Of equal length, whatever was given. */
function digest(data: string | Uint8Array): Buffer {
  return createHash("sha256").update(data).digest();
}
