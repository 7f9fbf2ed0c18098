import { parseSetCookie } from "cookie";

/** Servers refuse a request with more than about 8 kB of headers. */
const MAX_HEADER_LENGTH = 4_096;

interface Cookie {
  /** Scheme, host and port. */
  origin: string;
  path: string;
  secure: boolean;
  name: string;
  value: string;
}

/**
 * The cookies of one copy: some servers set one with a redirect and expect it at the target, or use it
 * to keep a client on one node. A cookie goes back only to the host that set it, whatever its `Domain`
 * says (RFC 6265, without 5.1.3).
 */
export class CookieJar {
  /** Oldest first. */
  #cookies: Cookie[] = [];

  /** @param headers the answer's `Set-Cookie` */
  keep(url: URL, headers: readonly string[] = [], now = Date.now()): void {
    for (const header of headers) {
      const { name, value = "", path, secure = false, ...lifetime } = read(header);
      if (name === "") continue;
      const cookie = {
        origin: url.origin,
        path: path?.startsWith("/") ? path : defaultPath(url),
        secure,
        name,
        value,
      };
      this.#cookies = this.#cookies.filter((known) => !isSame(known, cookie));
      if (!isOver(lifetime, now)) this.#cookies.push(cookie);
    }
  }

  /** @returns the `Cookie` header of a request; undefined if there is nothing to send */
  headerFor(url: URL): string | undefined {
    const pairs: string[] = [];
    let length = 0;
    for (const cookie of this.#cookies.toReversed().filter((it) => isFor(it, url))) {
      const pair = `${cookie.name}=${cookie.value}`;
      length += pair.length + 2;
      if (length > MAX_HEADER_LENGTH) break;
      pairs.unshift(pair);
    }
    return pairs.length === 0 ? undefined : pairs.join("; ");
  }
}

/** The value is sent back as it came, so it is not decoded. */
function read(header: string) {
  return parseSetCookie(header, { decode: (text) => text });
}

function isOver({ maxAge, expires }: { maxAge?: number; expires?: Date }, now: number): boolean {
  return maxAge === undefined ? expires !== undefined && expires.getTime() <= now : maxAge <= 0;
}

function isSame(one: Cookie, other: Cookie): boolean {
  return one.origin === other.origin && one.path === other.path && one.name === other.name;
}

function isFor(cookie: Cookie, url: URL): boolean {
  if (cookie.origin !== url.origin || (cookie.secure && url.protocol !== "https:")) return false;
  const folder = cookie.path.endsWith("/") ? cookie.path : `${cookie.path}/`;
  return url.pathname === cookie.path || url.pathname.startsWith(folder);
}

/** The folder of the requested path (RFC 6265, 5.1.4). */
function defaultPath({ pathname }: URL): string {
  return pathname.slice(0, pathname.lastIndexOf("/")) || "/";
}
