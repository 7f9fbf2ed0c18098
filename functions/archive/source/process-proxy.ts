import { Agent } from "node:https";
import * as z from "zod/mini";
import { bypassesProxy } from "#domain/settings/no-proxy.ts";

/**
 * Under which registered symbol the local run leaves its proxy, before it loads a function. No variable,
 * so that no environment of a deployed function can turn a proxy on: it would look names up in the
 * place of the guard.
 */
export const DOWNLOAD_PROXY = "akool-video-archiver.download-proxy";

const proxySchema = z.object({ HTTPS_PROXY: z.string(), NO_PROXY: z.string() });

/** The agent that goes through the local run's proxy, for an address that is to go through it. */
export function proxiedAgent(url: URL): Agent | undefined {
  const proxy = proxySchema.safeParse(Reflect.get(globalThis, Symbol.for(DOWNLOAD_PROXY))).data;
  if (proxy === undefined || bypassesProxy(url, proxy.NO_PROXY)) return undefined;
  return agentThrough(proxy.HTTPS_PROXY);
}

const agents = new Map<string, Agent>();

/** Without the exceptions: what has been decided to go through the proxy must not go past it. */
function agentThrough(HTTPS_PROXY: string): Agent {
  const agent =
    agents.get(HTTPS_PROXY) ?? new Agent({ keepAlive: true, proxyEnv: { HTTPS_PROXY } });
  agents.set(HTTPS_PROXY, agent);
  return agent;
}
