import { type AkoolClient, createAkoolClient } from "#akool/client.ts";
import { meteredPolls } from "#akool/metered-clients.ts";
import { akoolCredentialsOf } from "./akool-credentials.ts";
import type { AkoolEnvironment } from "./environment.ts";
import { meter } from "./handler.ts";

/** The AKOOL client of a function's environment. Its polls are counted. */
export function akoolClientOf(env: AkoolEnvironment): AkoolClient {
  const credentials = akoolCredentialsOf(env);
  return meteredPolls(createAkoolClient({ baseUrl: env.AKOOL_BASE_URL, credentials }), meter);
}
