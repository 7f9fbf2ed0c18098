import * as z from "zod/mini";

type Context = Readonly<Record<string, unknown>>;

const SETTINGS = "archiver";
const OF_CONSOLE = /^(?:archiver[.:])?console/;

const settingsSchema = z.record(z.string(), z.unknown());

/**
 * The context of `cdk.json` without the hosted console: nothing on this machine stands for its
 * distribution, its sign-in and its API, and `serve` has a console of its own.
 */
export function localContext(context: Context): Context {
  const kept = without(context);
  const settings = settingsSchema.safeParse(kept[SETTINGS]);
  return settings.success ? { ...kept, [SETTINGS]: without(settings.data) } : kept;
}

function without(settings: Context): Context {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !OF_CONSOLE.test(key)));
}
