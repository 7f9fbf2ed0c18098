import { bypassesProxy } from "#domain/settings/no-proxy.ts";
import { pastedValue } from "#domain/settings/pasted-value.ts";
import { UsageError } from "./usage-error.ts";

/** The proxy for outgoing requests, in the form that Node's agents take. */
export type ProxyEnvironment = Readonly<{
  HTTPS_PROXY: string;
  /** Always includes this machine. */
  NO_PROXY: string;
}>;

/** The emulators listen here: requests to them never go through the proxy. */
const THIS_MACHINE = "127.0.0.1,localhost,[::1]";

/**
 * The environment's proxy for https, the only protocol of the archiver's outgoing requests.
 *
 * @throws UsageError for an address that is none; it is not quoted, since it may hold a password
 */
export function proxyOf(environment: NodeJS.ProcessEnv): ProxyEnvironment | undefined {
  // Lower case takes precedence, as in curl and Node.
  const [name, text] =
    ["https_proxy", "HTTPS_PROXY"]
      .map((key) => [key, environment[key]] as const)
      .find(([, value]) => value) ?? [];
  const address = pastedValue(text ?? "", ["https_proxy"]);
  const exceptions = environment.no_proxy || environment.NO_PROXY || "";
  if (name === undefined || address === "" || exceptions.trim() === "*") return undefined;
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError(
      `${name} must be the address of a proxy, such as http://proxy.example:3128`,
    );
  }
  return { HTTPS_PROXY: url.href, NO_PROXY: [exceptions, THIS_MACHINE].filter(Boolean).join(",") };
}

/** The line about it at the start. */
export function proxyNote({ HTTPS_PROXY, NO_PROXY }: ProxyEnvironment, akoolUrl: string): string {
  const { host } = new URL(HTTPS_PROXY);
  const akool = bypassesProxy(new URL(akoolUrl), NO_PROXY)
    ? " (AKOOL itself is asked directly)"
    : "";
  return (
    `HTTPS_PROXY: AKOOL is asked and videos are fetched through ${host}${akool}. The proxy looks ` +
    "their hosts up: that these are on the internet is for it to check."
  );
}
