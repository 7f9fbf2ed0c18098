import { isIP } from "node:net";
import { pastedValue, type Reading } from "./pasted-value.ts";

const NAMES = ["DOWNLOAD_ALLOWED_HOSTS", "downloadAllowedHosts"];

const HOST = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/;

const PROBLEM =
  "must be hosts such as .cloudfront.net, of two labels or more, separated by commas; only port 443";

/**
 * The hosts that videos may come from, as somebody has pasted them: suffixes such as `.host` or
 * `*.host`, hosts, addresses; separated by commas, semicolons or blanks.
 *
 * @returns lower-case suffixes and hosts, separated by commas alone
 */
export function readAllowedHosts(text: string): Reading {
  const entries = pastedValue(text, NAMES)
    .replace(/^\[(.*)\]$/s, "$1")
    .split(/[\s,;|]+/)
    .map((entry) => pastedValue(entry, []))
    .filter((entry) => entry !== "" && entry !== "-");
  if (entries.length === 0) return { problem: "names no host" };
  const hosts = entries.map(readHost);
  const refused = hosts.find(({ problem }) => problem !== undefined);
  return refused ?? { value: [...new Set(hosts.map(({ value }) => value))].join(",") };
}

function readHost(entry: string): Reading {
  const suffix = /^(?:https?:\/\/)?\*?\.(?=[^.])/i.exec(entry)?.[0];
  const rest = entry.slice(suffix?.length ?? 0).replace(/^(?:https?:)?\/\//i, "");
  const url = URL.parse(`https://${rest}`);
  const [authority = ""] = rest.split("/");
  if (url === null || url.port !== "" || /[*%@\\]/.test(authority)) return { problem: PROBLEM };
  const host = url.hostname.replace(/\.$/, "");
  if (isIP(host.replace(/^\[|\]$/g, "")) !== 0) {
    return { problem: "must hold names, no IP addresses: their look-up is what is checked" };
  }
  return HOST.test(host)
    ? { value: suffix === undefined ? host : `.${host}` }
    : { problem: PROBLEM };
}
