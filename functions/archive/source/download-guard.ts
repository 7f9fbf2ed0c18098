import { lookup } from "node:dns";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";
import { RequestFilteringHttpsAgent } from "request-filtering-agent";
import * as z from "zod/mini";
import { DownloadRefused } from "#archive/errors.ts";
import { isLoopbackHttp } from "#domain/settings/loopback.ts";
import { bypassesProxy } from "#domain/settings/no-proxy.ts";

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
  // Not even a configured one: without a DNS lookup there is no answer to check.
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

function matches(hostname: string, allowed: string): boolean {
  return allowed.startsWith(".") ? hostname.endsWith(allowed) : hostname === allowed;
}

/**
 * IPv6 outside 2000::/3, the only block from which IANA assigns addresses to hosts of the internet.
 * The filtering agent knows the special blocks by name and lets the rest pass, among it the old form
 * of an embedded IPv4 address (`::127.0.0.1`, which is `::7f00:1`).
 */
const outsideTheInternet = new BlockList();
outsideTheInternet.addSubnet("::", 3, "ipv6");
outsideTheInternet.addSubnet("4000::", 2, "ipv6");
outsideTheInternet.addSubnet("8000::", 1, "ipv6");

/**
 * The system's DNS lookup, which refuses an answer that holds such an address. One among several is
 * enough: the connection may try all of them.
 */
const lookupInternetHost: LookupFunction = (hostname, options, answer) => {
  lookup(hostname, options, (error, found, family) => {
    const addresses = typeof found === "string" ? [found] : (found ?? []).map((it) => it.address);
    const refused = addresses.find((it) => isIPv6(it) && outsideTheInternet.check(it, "ipv6"));
    if (refused === undefined) answer(error, found, family);
    else answer(new DownloadRefused(`${hostname} is at ${refused}, not on the internet`), "");
  });
};

/**
 * A trusted name can still resolve to a private address, so the connection itself is checked: the
 * agent looks the name up once, refuses if any of the addresses is private, and connects to no other.
 * It takes no proxy from the environment. A checked connection is reused for the next part of the same
 * video, which saves the handshakes. Decision 0007.
 */
const publicAddressesOnly = new RequestFilteringHttpsAgent({
  lookup: lookupInternetHost,
  keepAlive: true,
});
const loopbackAgent = new HttpAgent({ keepAlive: true });

/**
 * The agent that connects to a guarded URL. It refuses private addresses after the DNS lookup, unless
 * a proxy of the local run does the lookup.
 */
export function guardedAgent(url: URL): HttpAgent | HttpsAgent {
  if (isLoopbackHttp(url)) return loopbackAgent;
  return proxiedAgent(url) ?? publicAddressesOnly;
}

/**
 * The registered symbol under which the local run leaves its proxy, before it loads a function. It is
 * no environment variable, so that nothing can turn a proxy on in a deployed function: there the proxy
 * would resolve names in place of the guard. Decision 0050.
 */
export const DOWNLOAD_PROXY = "akool-video-archiver.download-proxy";

const proxySchema = z.object({ HTTPS_PROXY: z.string(), NO_PROXY: z.string() });

function proxiedAgent(url: URL): HttpsAgent | undefined {
  const proxy = proxySchema.safeParse(Reflect.get(globalThis, Symbol.for(DOWNLOAD_PROXY))).data;
  if (proxy === undefined || bypassesProxy(url, proxy.NO_PROXY)) return undefined;
  return agentThrough(proxy.HTTPS_PROXY);
}

const proxyAgents = new Map<string, HttpsAgent>();

/** Without `NO_PROXY`: a request that was sent to the proxy must not go past it. */
function agentThrough(HTTPS_PROXY: string): HttpsAgent {
  const agent =
    proxyAgents.get(HTTPS_PROXY) ?? new HttpsAgent({ keepAlive: true, proxyEnv: { HTTPS_PROXY } });
  proxyAgents.set(HTTPS_PROXY, agent);
  return agent;
}
