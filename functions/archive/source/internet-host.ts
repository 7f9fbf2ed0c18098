import { lookup } from "node:dns";
import { BlockList, isIPv6, type LookupFunction } from "node:net";
import { DownloadRefused } from "#archive/errors.ts";

/**
 * IPv6 outside 2000::/3, the only block of which IANA gives addresses to hosts of the internet. The
 * filtering agent knows the special blocks by name and lets the rest pass, among it the old form of
 * an embedded IPv4 address (`::127.0.0.1`, which is `::7f00:1`).
 */
const outsideTheInternet = new BlockList();
outsideTheInternet.addSubnet("::", 3, "ipv6");
outsideTheInternet.addSubnet("4000::", 2, "ipv6");
outsideTheInternet.addSubnet("8000::", 1, "ipv6");

/**
 * The system's name look-up, with a refusal where the answer holds such an address. One among others
 * is enough: whoever connects may try all of them.
 */
export const lookupInternetHost: LookupFunction = (hostname, options, answer) => {
  lookup(hostname, options, (error, found, family) => {
    const addresses = typeof found === "string" ? [found] : (found ?? []).map((it) => it.address);
    const refused = addresses.find((it) => isIPv6(it) && outsideTheInternet.check(it, "ipv6"));
    if (refused === undefined) answer(error, found, family);
    else answer(new DownloadRefused(`${hostname} is at ${refused}, not on the internet`), "");
  });
};
