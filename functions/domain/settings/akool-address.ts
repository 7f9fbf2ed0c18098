import { isLoopbackHttp } from "./loopback.ts";
import { pastedValue, type Reading } from "./pasted-value.ts";

/** AKOOL's own API, as it is documented. */
export const AKOOL_BASE_URL = "https://openapi.akool.com/api/open";

const NAMES = ["AKOOL_BASE_URL", "AKOOL_URL", "BASE_URL", "akoolBaseUrl", "--akool-url"];

/** The version, alone or with the rest of an endpoint of AKOOL's: the clients add both. */
const ENDPOINT =
  /(?:\/v\d+(?:\/(?:content|character-?swap|getToken|faceswap|talkingphoto|avatar)(?:\/.*)?)?|(?<=\/api\/open)\/v\d+\/.*)$/i;

const PROBLEM = "must be a plain https URL (http only for 127.0.0.1, localhost or [::1])";

/**
 * AKOOL's base URL as somebody has pasted it: without scheme, with a slash, an empty query or the
 * version at its end, or as the address of an endpoint. The key travels with every request, so it
 * must be https, or this machine.
 */
export function readAkoolBaseUrl(text: string): Reading {
  const url = URL.parse(withScheme(pastedValue(text, NAMES).replace(/^<(.*)>$/, "$1")));
  if (url === null || !(url.protocol === "https:" || isLoopbackHttp(url)))
    return { problem: PROBLEM };
  const path = url.pathname.replace(/\/{2,}/g, "/").replace(/\/$/, "");
  const base = path.replace(ENDPOINT, "");
  // A query belongs to an endpoint, never to the base.
  const isPlain = url.search === "" || base !== path;
  if (url.username !== "" || url.password !== "" || url.hash !== "" || !isPlain) {
    return { problem: PROBLEM };
  }
  return { value: whole(`${url.origin}${base}`) };
}

function withScheme(text: string): string {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return text;
  const bare = text.replace(/^\/\//, "");
  if (/^(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/i.test(bare)) return `http://${bare}`;
  return /^[\w-]+\.[\w.-]+(?:[:/?#]|$)/.test(bare) ? `https://${bare}` : text;
}

/** The documented address is the only one of its host; its path is left out easily. */
function whole(base: string): string {
  const { origin } = new URL(AKOOL_BASE_URL);
  return base === origin || base === `${origin}/api` ? AKOOL_BASE_URL : base;
}
