import { type ProxyEnvironment, proxyNote, proxyOf } from "./proxy.ts";
import { type FunctionSettings, readingNotes, trackSettings } from "./settings.ts";

/** What `track` and `serve` have read before they start. */
export interface Beginning {
  settings: FunctionSettings;
  proxy: ProxyEnvironment | undefined;
  /** What the user is told of it. */
  notes: readonly string[];
}

/**
 * Reads the command line's and the environment's settings.
 *
 * @throws UsageError for what cannot be read
 */
export function beginning(akoolUrl: string | undefined, environment: NodeJS.ProcessEnv): Beginning {
  const settings = trackSettings(akoolUrl, environment);
  const proxy = proxyOf(environment);
  const notes = readingNotes(settings, akoolUrl, environment);
  return {
    settings,
    proxy,
    notes: proxy === undefined ? notes : [...notes, proxyNote(proxy, settings.AKOOL_BASE_URL)],
  };
}
