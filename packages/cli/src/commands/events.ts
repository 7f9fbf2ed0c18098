import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { plainText } from "../output/format.ts";
import { UsageError } from "../output/usage-error.ts";
import { type CommonFlags, openSession } from "../target/session.ts";
import { commonFlags, switchFlag } from "./flags.ts";
import { pause } from "./interruption.ts";

interface Flags extends CommonFlags {
  readonly follow?: boolean | undefined;
}

const EVERY_MS = 1_000;

export const events = buildCommand<Flags, [], Context>({
  docs: {
    brief: "the events so far, of the archiver on this machine",
    customUsage: [{ input: "--local --follow", brief: "and those that come, until Ctrl-C" }],
  },
  parameters: { flags: { ...commonFlags, follow: switchFlag("go on until Ctrl-C") } },
  async func(flags) {
    const { target, print, signal, outputs } = await openSession(this, flags);
    if (target.kind !== "local") throw new UsageError(elsewhere(outputs.EventBusName));
    let after = 0;
    do {
      const page = await readPage(target.url, after, signal);
      for (const event of page.events) print.result(event, lineOf(event));
      if (page.events.length === 0 && flags.follow !== true) return;
      after = page.next;
      if (page.events.length === 0) await pause(EVERY_MS, signal);
    } while (!signal.aborted);
  },
});

interface Event {
  readonly time: string;
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>>;
}

async function readPage(url: string, after: number, signal: AbortSignal) {
  const response = await fetch(`${url}/_local/events?after=${after}`, { signal });
  if (!response.ok) throw new Error(`${url} has no events (HTTP ${response.status})`);
  return (await response.json()) as { events: Event[]; next: number };
}

function lineOf({ time, "detail-type": type, detail }: Event): string {
  const { videoModelId, status, previousStatus, reason } = detail;
  const change = status === undefined ? type : `${previousStatus ?? "new"} → ${status}`;
  return [time, videoModelId, change, reason].filter(Boolean).map(String).map(plainText).join("  ");
}

function elsewhere(bus = "<output EventBusName>"): string {
  return (
    "events of a deployed stack go to the rules on its bus, and are kept nowhere that could be read.\n" +
    `Have them written to a log group: aws events put-rule --event-bus-name ${bus} --name to-logs ` +
    `--event-pattern '{"source":["akool.video-archiver"]}', then aws events put-targets; aws logs tail --follow`
  );
}
