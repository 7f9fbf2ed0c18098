import type { Display } from "#local/display/display.ts";
import type { Command } from "./command-line.ts";
import type { JobView } from "./job-view.ts";
import { requireReachable } from "./preflight.ts";
import { runSession, startTracking } from "./session.ts";
import { trackSettings } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

/** Executions of the demonstration; real jobs are never mixed with them. */
export const DEMO_PREFIX = "demo-";

export interface CommandContext {
  display: Display;
  environment: NodeJS.ProcessEnv;
  interrupted: AbortSignal;
}

/**
 * Follows real jobs: the given ones and those that an earlier run has left unfinished.
 *
 * @returns the exit code: 0 all were archived, 1 one was not, 130 interrupted
 */
export async function track(
  command: Extract<Command, { kind: "track" }>,
  { display, environment, interrupted }: CommandContext,
): Promise<number> {
  const settings = trackSettings(command.akoolUrl, environment);
  await requireReachable(settings.AKOOL_BASE_URL ?? "");
  const views = await runSession({
    ...command,
    settings,
    display,
    interrupted,
    resumes: (name) => !name.startsWith(DEMO_PREFIX),
    async begin(stack, resumed) {
      if (resumed.length > 0) display.note(`Going on with ${resumed.length} unfinished job(s).`);
      const already = new Set(resumed.map(({ videoModelId }) => videoModelId));
      const fresh = command.ids.filter((id) => !already.has(id));
      if (fresh.length + resumed.length === 0) throw nothingToFollow(command.data);
      const started = await Promise.all(
        fresh.map((id) => startTracking(stack, id, `${id}-${Date.now().toString(36)}`)),
      );
      return [...resumed, ...started];
    },
  });
  const unfinished = views.filter(({ ended }) => !ended);
  if (unfinished.length > 0) {
    display.note(interruptedNote(unfinished, command));
    return 130;
  }
  return views.every(({ status }) => status === "archived") ? 0 : 1;
}

function nothingToFollow(data: string): UsageError {
  return new UsageError(
    `no id was given, and ${data} has no unfinished job. Usage: npm start -- track <id>...`,
  );
}

function interruptedNote(
  unfinished: readonly JobView[],
  { data, akoolUrl }: Extract<Command, { kind: "track" }>,
): string {
  const url = akoolUrl === undefined ? "" : ` --akool-url ${akoolUrl}`;
  return (
    `Stopped; ${unfinished.length} job(s) unfinished, nothing is lost. Go on with:\n` +
    `  npm start -- track --data ${data}${url}`
  );
}
