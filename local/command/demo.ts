import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import { defaultApiKey, startAkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import type { Display } from "#local/display/display.ts";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import type { Command } from "./command-line.ts";
import { INTERRUPTED } from "./interruption.ts";
import type { JobView } from "./job-view.ts";
import { runSession, startTracking } from "./session.ts";
import { demoSettings } from "./settings.ts";

/** Prefix of the demonstration's executions, which a run of `track` never continues. */
const PREFIX = "demo-";

/** Whether an execution belongs to a demonstration, whose simulator has ended with its process. */
export function isDemonstration(executionName: string): boolean {
  return /^demo-[0-9a-f]{24}$/.test(executionName);
}

export interface DemoJob {
  label: string;
  script: JobScript;
  /** The expected last status. */
  expected: string;
}

const sample = { kind: "complete", file: { kind: "sample" } } as const;

/** What the demonstration shows; about 15 seconds in all. */
export const DEMO_JOBS: readonly DemoJob[] = [
  {
    label: "completes",
    script: { queueMs: 3_000, processMs: 6_000, end: sample },
    expected: "archived",
  },
  {
    label: "fails at AKOOL",
    script: { queueMs: 3_000, processMs: 4_000, end: { kind: "fail" } },
    expected: "failed",
  },
  {
    label: "is slow",
    script: { queueMs: 3_000, processMs: 8_000, end: sample },
    expected: "archived",
  },
  {
    label: "AKOOL stumbles",
    script: {
      queueMs: 2_000,
      processMs: 8_000,
      end: sample,
      faults: [
        { calls: [2, 3], fault: { kind: "code", code: 1005, msg: "operation too frequent" } },
        { calls: [4, 5], fault: { kind: "http", status: 502 } },
      ],
    },
    expected: "archived",
  },
  {
    label: "first link is dead",
    script: {
      queueMs: 1_000,
      processMs: 5_000,
      end: { kind: "complete", file: { kind: "gone-then", after: 1, file: { kind: "sample" } } },
    },
    expected: "archived",
  },
];

interface DemoContext {
  readonly display: Display;
  readonly interrupted: AbortSignal;
  readonly assembly: ArchiverAssembly | undefined;
}

/**
 * Shows the archiver at work against the simulator of AKOOL.
 *
 * @returns the exit code: 0 when every job ended as scripted, 1 when one did not, 130 interrupted
 */
export async function demo(
  command: Extract<Command, { kind: "demo" }>,
  { display, interrupted, assembly }: DemoContext,
): Promise<number> {
  const simulator = await startAkoolSimulator();
  try {
    const views = await runSession({
      ...command,
      assembly,
      settings: demoSettings(simulator.baseUrl, defaultApiKey),
      display,
      interrupted,
      resumes: () => false,
      async begin(stack) {
        await forgetEarlierDemonstrations(command.data);
        return Promise.all(
          DEMO_JOBS.map(async ({ label, script }) => {
            const id = simulator.addJob({ ...script, startsAtFirstPoll: true });
            return { ...(await startTracking(stack, id, `${PREFIX}${id}`)), label };
          }),
        );
      },
    });
    if (views.length === 0 || views.some(({ ended }) => !ended)) {
      display.note("Stopped. A demonstration begins anew each time: npm start");
      return INTERRUPTED;
    }
    return conclude(views, command.data, display.note);
  } finally {
    await simulator.close();
  }
}

function conclude(views: readonly JobView[], data: string, note: (text: string) => void): number {
  const expected = new Map(DEMO_JOBS.map((job) => [job.label, job.expected]));
  const surprises = views.filter(({ label = "", status }) => expected.get(label) !== status);
  for (const { videoModelId, status } of surprises) {
    note(`Unexpected: ${videoModelId} ended ${status}.`);
  }
  note(
    `The videos are in ${join(data, "videos")}, the events in ${join(data, "events.jsonl")}.\n` +
      "The same in a browser: npm start -- --stay\n" +
      "Next, with your key in AKOOL_API_KEY: npm start -- track <id>",
  );
  return surprises.length === 0 ? 0 : 1;
}

/**
 * The simulator and its jobs end with the process, so their executions can never continue. Only
 * called while we hold the data directory: otherwise they may be another process's.
 */
async function forgetEarlierDemonstrations(data: string): Promise<void> {
  const directory = join(data, "executions");
  const left = (await readdir(directory)).filter((name) => name.startsWith(PREFIX));
  await Promise.all(left.map((name) => rm(join(directory, name))));
}
