import { beginning } from "./beginning.ts";
import type { CommandContext } from "./command-context.ts";
import type { Command } from "./command-line.ts";
import { isDemonstration } from "./demo.ts";
import { INTERRUPTED } from "./interruption.ts";
import { isArchived, type JobView } from "./job-view.ts";
import { akoolOutage } from "./preflight.ts";
import { runSession, startTracking } from "./session.ts";
import { UsageError } from "./usage-error.ts";

/** Execution names cannot be reused, so every run has its own name for a job. */
const PREFIX = "track-";

/**
 * Follows real jobs: the given ones and those that an earlier run has left unfinished.
 *
 * @returns the exit code: 0 all that AKOOL has named was archived, 1 something was not, 130
 *   interrupted
 */
export async function track(
  command: Extract<Command, { kind: "track" }>,
  { display, environment, interrupted, say }: CommandContext,
): Promise<number> {
  const { settings, proxy, notes } = beginning(command.akoolUrl, environment);
  for (const note of [...notes, await akoolOutage(settings.AKOOL_BASE_URL, proxy)]) {
    if (note !== undefined) say(note);
  }
  const views = await runSession({
    ...command,
    settings,
    proxy,
    display,
    interrupted,
    resumes: (name) => !isDemonstration(name),
    async begin(stack, resumed) {
      const already = new Set(resumed.map(({ videoModelId }) => videoModelId));
      const fresh = command.ids.filter((id) => !already.has(id));
      if (fresh.length + resumed.length === 0) throw nothingToFollow(command.data);
      display.note(openingNote(fresh.length, resumed.length, command.data));
      const started = await Promise.all(
        fresh.map((id) => startTracking(stack, id, `${PREFIX}${id}-${Date.now().toString(36)}`)),
      );
      return [...resumed, ...started];
    },
  });
  const unfinished = views.filter(({ ended }) => !ended);
  if (views.length === 0 || unfinished.length > 0) {
    display.note(stoppedNote(views, command));
    return INTERRUPTED;
  }
  return views.every(isArchived) ? 0 : 1;
}

function nothingToFollow(data: string): UsageError {
  return new UsageError(
    `no id was given, and ${data} has no unfinished job. Usage: npm start -- track <id>...`,
  );
}

function openingNote(fresh: number, resumed: number, data: string): string {
  const parts = [
    ...(fresh > 0 ? [`Following ${jobs(fresh)}.`] : []),
    ...(resumed > 0 ? [`Going on with ${jobs(resumed)} of an earlier run.`] : []),
  ];
  return `${parts.join(" ")}\nEverything is kept in ${data}: Ctrl-C stops, and nothing is lost.`;
}

/** Jobs that have started are in the data directory; before that, only the user has their ids. */
function stoppedNote(
  views: readonly JobView[],
  { data, akoolUrl, ids }: Extract<Command, { kind: "track" }>,
): string {
  const unfinished = views.filter(({ ended }) => !ended).length;
  const begun = unfinished === 0 ? "before the start" : `with ${jobs(unfinished)} unfinished`;
  const command = [
    "npm start -- track",
    ...(views.length === 0 ? ids : []),
    `--data ${quoted(data)}`,
    ...(akoolUrl === undefined ? [] : [`--akool-url ${quoted(akoolUrl)}`]),
  ];
  return `Stopped ${begun}; nothing is lost. Go on with:\n  ${command.join(" ")}`;
}

function jobs(count: number): string {
  return count === 1 ? "1 job" : `${count} jobs`;
}

/** Quotes a word for a shell. */
function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
