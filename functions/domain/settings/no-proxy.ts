/**
 * Whether a host is reached past the proxy, by the usual list: hosts, which stand for themselves and
 * what lies below them, with a port or without; `*` for all.
 *
 * @param url of https or http
 * @param list of `NO_PROXY`, separated by commas or blanks
 */
export function bypassesProxy(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => matches(url.hostname, port, entry));
}

function matches(hostname: string, port: string, entry: string): boolean {
  if (entry === "*") return true;
  const [, host = entry, onPort = port] = /^(.*[^:\]]|\[.*\]):(\d+)$/.exec(entry) ?? [];
  if (onPort !== port) return false;
  const name = host.replace(/^\*?\./, "");
  const isSame = hostname === name || hostname === `[${name}]`;
  return isSame || hostname.endsWith(`.${name}`);
}
