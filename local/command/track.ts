import type { Display } from "#local/display/display.ts";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import type { Beginning } from "./beginning.ts";
import type { Command } from "./command-line.ts";
import { isDemonstration } from "./demo.ts";
import { INTERRUPTED } from "./interruption.ts";
import { isArchived, type JobView } from "./job-view.ts";
import { akoolOutage } from "./preflight.ts";
import { runSession, startTracking } from "./session.ts";
import { quoted } from "./shell.ts";
import { UsageError } from "./usage-error.ts";

/** Execution names cannot be reused, so every run has its own name for a job. */
const PREFIX = "track-";

interface TrackContext extends Beginning {
  readonly assembly: ArchiverAssembly | undefined;
  readonly display: Display;
  readonly interrupted: AbortSignal;
  /** Shows the user a line that is not about a job. */
  readonly say: (text: string) => void;
}

/**
 * Follows real jobs: the given ones and those that an earlier run has left unfinished.
 *
 * @returns the exit code: 0 all that AKOOL has named was archived, 1 something was not, 130
 *   interrupted
 */
export async function track(
  command: Extract<Command, { kind: "track" }>,
  { assembly, settings, proxy, display, interrupted, say }: TrackContext,
): Promise<number> {
  const told = akoolOutage(settings.AKOOL_BASE_URL, proxy).then((outage) => {
    if (outage !== undefined) say(outage);
  });
  const views = await runSession({
    ...command,
    assembly,
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
  await told;
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
