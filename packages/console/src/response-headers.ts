/** Where the page may load from besides its own origin. */
export interface AllowedOrigins {
  /** The buckets' origins, for the player: presigned links lead there. */
  readonly media: readonly string[];
  /** Where the page sends requests: the API and the sign-in, when they have origins of their own. */
  readonly connect?: readonly string[];
}

/**
 * The policy of the console's page. Scripts and styles come from the page's own origin alone, nothing
 * is evaluated, and no text becomes markup (Trusted Types without a policy).
 *
 * @throws TypeError for what is no origin, since it could end the directive and begin another
 */
export function contentSecurityPolicy({ media, connect = [] }: AllowedOrigins): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    directive("media-src", media),
    directive("connect-src", connect),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/**
 * The headers of one of the console's files. A file below `/assets/` has a hash of its content in its
 * name, so it never changes; every other one is asked for anew.
 *
 * @param path of the file, `/index.html` or `/assets/…`
 */
export function responseHeaders(path: string, origins: AllowedOrigins): Record<string, string> {
  return {
    "cache-control": path.startsWith("/assets/")
      ? "public, max-age=31536000, immutable"
      : "no-store",
    "content-security-policy": contentSecurityPolicy(origins),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
}

function directive(name: string, origins: readonly string[]): string {
  return [name, "'self'", ...origins.map(requiredOrigin)].join(" ");
}

function requiredOrigin(text: string): string {
  const { origin, protocol } = new URL(text);
  const isWeb = protocol === "https:" || protocol === "http:";
  // A wildcard would be taken for many.
  if (origin === text && isWeb && !text.includes("*")) return origin;
  throw new TypeError(`not an origin: ${text}`);
}
