import { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { isIP } from "node:net";
import { RequestFilteringHttpsAgent } from "request-filtering-agent";
import { DownloadRefused } from "#archive/errors.ts";
import { isLoopbackHttp } from "#domain/settings/loopback.ts";
import { lookupInternetHost } from "./internet-host.ts";
import { proxiedAgent } from "./process-proxy.ts";

/** From where videos may be fetched. */
export interface DownloadPolicy {
  /** Host suffixes such as `.cloudfront.net`; an entry without a leading dot is one exact host. */
  allowedHosts: readonly string[];
  /**
   * Whether this machine itself may be fetched from, over http and at any port. Only true when
   * AKOOL's own address is a simulator on this machine; configuration cannot set it.
   */
  loopback: boolean;
}

/** The policy for a configured host list and AKOOL's address. */
export function downloadPolicy(allowedHosts: string, akoolBaseUrl: string): DownloadPolicy {
  return {
    allowedHosts: allowedHosts
      .split(",")
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ""),
    loopback: isLoopbackHttp(new URL(akoolBaseUrl)),
  };
}

/**
 * Checks an address before it is fetched; also called for the target of every redirect.
 *
 * @throws DownloadRefused for another scheme, host or port, an IP address, or credentials in the URL
 */
export function guardUrl(address: string, policy: DownloadPolicy, base?: URL): URL {
  if (!URL.canParse(address, base?.href)) throw new DownloadRefused("the address is not a URL");
  const url = new URL(address, base);
  if (url.username !== "" || url.password !== "") {
    throw new DownloadRefused("the address carries credentials");
  }
  if (policy.loopback && isLoopbackHttp(url)) return url;
  if (url.protocol !== "https:") {
    throw new DownloadRefused(`${url.protocol} is not fetched, only https:`);
  }
  if (url.port !== "") throw new DownloadRefused(`port ${url.port} is not fetched, only 443`);
  // Not even one that is configured: there is no name look-up then whose answer could be checked.
  if (isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0) {
    throw new DownloadRefused("the host is an IP address, not a name");
  }
  if (!policy.allowedHosts.some((allowed) => matches(url.hostname, allowed))) {
    throw new DownloadRefused(
      `host ${url.hostname} is not among DOWNLOAD_ALLOWED_HOSTS (${policy.allowedHosts.join(", ")})`,
    );
  }
  return url;
}

/**
 * A trusted name can still resolve to a private address, so the connection itself is checked: the
 * agent looks the name up once, refuses if any of the addresses is private, and connects to no other
 * address than these. It takes no proxy from the environment. A connection that was checked is kept
 * for the next part of the same video, which spares the handshakes.
 */
const publicAddressesOnly = new RequestFilteringHttpsAgent({
  lookup: lookupInternetHost,
  keepAlive: true,
});
const loopbackAgent = new HttpAgent({ keepAlive: true });

/**
 * The agent that connects to a guarded URL. It refuses private addresses after the name look-up,
 * unless a proxy of the local run does the look-up.
 */
export function guardedAgent(url: URL): HttpAgent | HttpsAgent {
  if (isLoopbackHttp(url)) return loopbackAgent;
  return proxiedAgent(url) ?? publicAddressesOnly;
}

function matches(hostname: string, allowed: string): boolean {
  return allowed.startsWith(".") ? hostname.endsWith(allowed) : hostname === allowed;
}
