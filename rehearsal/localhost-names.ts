/**
 * Preloaded into programs that call the deployed HTTP API: every name that ends in `localhost` is
 * this machine. RFC 6761 asks that of those below it, and not all resolvers follow.
 */
import dns from "node:dns";

const lookup = dns.lookup;

Object.assign(dns, {
  lookup: (hostname: string, ...rest: unknown[]) => {
    const host = /[.-]localhost$/.test(hostname) ? "127.0.0.1" : hostname;
    return Reflect.apply(lookup, dns, [host, ...rest]);
  },
});
