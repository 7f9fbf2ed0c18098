import type { Submission } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { csv } from "../output/csv.ts";
import { ago, plainText, table } from "../output/format.ts";
import type { Printer } from "../output/printer.ts";
import { UsageError } from "../output/usage-error.ts";
import { openSession, type Session } from "../target/session.ts";
import { switchFlag, textFlag } from "./flags.ts";
import { readCount } from "./job-filter.ts";
import { type ReportFlags, reportFlags, requireOneForm } from "./report-flags.ts";

type State = Submission["state"];

interface Flags extends ReportFlags {
  readonly state?: State | undefined;
  readonly unknown?: boolean | undefined;
  readonly limit?: string | undefined;
}

/** A state that the API adds does not compile until it stands here. */
const EVERY_STATE: Readonly<Record<State, true>> = {
  submitting: true,
  created: true,
  refused: true,
  submit_unknown: true,
};
const STATES = Object.keys(EVERY_STATE) as State[];
const UNKNOWN = "submit_unknown";
const DEFAULT_LIMIT = "25";
const PAGE = 100;

export const swaps = buildCommand<Flags, [], Context>({
  docs: {
    brief: "list creations of character swaps, by what became of them",
    customUsage: [
      { input: "--unknown", brief: "those whose outcome nobody knows, to be settled by a person" },
      { input: "--state created --limit 100", brief: "of one state" },
    ],
  },
  parameters: {
    flags: {
      ...reportFlags,
      state: { kind: "enum", values: STATES, optional: true, brief: "only of this state" },
      unknown: switchFlag("only those whose outcome is not known"),
      limit: textFlag("N", `at most so many (default ${DEFAULT_LIMIT})`),
    },
  },
  async func(flags) {
    requireOneForm(flags);
    if (flags.unknown === true && flags.state !== undefined) {
      throw new UsageError("--unknown is a state itself: give it or --state");
    }
    const limit = readCount(flags.limit ?? DEFAULT_LIMIT);
    const state = flags.unknown === true ? UNKNOWN : flags.state;
    const session = await openSession(this, flags);
    const { found, more } = await read(session, state, limit);
    write(session.print, found, flags.csv === true);
    if (more) session.print.note("… and more: --limit N");
    const open = found.find((submission) => submission.state === UNKNOWN);
    if (open !== undefined) {
      session.print.note(
        `look for the video in your AKOOL account, then: akool-archiver swap settle ${plainText(open.idempotencyKey)} --video <id>, or --release`,
      );
    }
  },
});

/** Page by page, of which any may be short or empty and not be the last. */
async function read({ archiver, signal }: Session, state: State | undefined, limit: number) {
  const found: Submission[] = [];
  let cursor: string | undefined;
  do {
    const page = await archiver.listCharacterSwaps(
      { limit: PAGE, ...(state && { state }), ...(cursor && { cursor }) },
      { signal },
    );
    found.push(...page.submissions);
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < limit);
  return { found: found.slice(0, limit), more: cursor !== undefined || found.length > limit };
}

function write(print: Printer, found: readonly Submission[], sheet: boolean): void {
  if (sheet) print.result(undefined, csv(csvRows(found)));
  else if (print.json || print.quiet) {
    for (const submission of found) print.result(submission, submission.idempotencyKey);
  } else if (found.length > 0) print.result(undefined, table(rowsOf(found, Date.now())));
  if (found.length === 0) print.note("no submissions");
}

function rowsOf(shown: readonly Submission[], now: number): string[][] {
  return [
    ["KEY", "STATE", "CREATED", "CREDITS", "VIDEO", "REASON"],
    ...shown.map((it) =>
      [
        it.idempotencyKey,
        it.state,
        ago(it.createdAt, now),
        String(it.estimatedCredits),
        it.videoModelId ?? "",
        it.reason ?? "",
      ].map(plainText),
    ),
  ];
}

function csvRows(shown: readonly Submission[]): (string | number)[][] {
  return [
    ["idempotencyKey", "state", "createdAt", "estimatedCredits", "videoModelId", "reason"],
    ...shown.map((it) => [
      it.idempotencyKey,
      it.state,
      it.createdAt,
      it.estimatedCredits,
      it.videoModelId ?? "",
      it.reason ?? "",
    ]),
  ];
}
