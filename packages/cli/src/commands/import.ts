import type { Import } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { saveReport } from "../import/report.ts";
import { importRequest } from "../import/source.ts";
import { plainText, table } from "../output/format.ts";
import { UsageError } from "../output/usage-error.ts";
import { type CommonFlags, openSession, type Session } from "../target/session.ts";
import { commonFlags, switchFlag, textFlag } from "./flags.ts";
import { INTERRUPTED, pause } from "./interruption.ts";

interface Flags extends CommonFlags {
  readonly wait?: boolean | undefined;
  readonly report?: string | undefined;
}

const EVERY_MS = 1_000;

export const importCommand = buildCommand<Flags, [source: string], Context>({
  docs: {
    brief: "have many videos followed, from a list",
    fullDescription:
      "Ids one a line, CSV with a header, JSON Lines or a JSON list, also packed by gzip. Repeated, it begins nothing twice. An import's own id shows how far it is.",
    customUsage: [
      { input: "videos.csv --wait --report report.jsonl", brief: "until all lines are dealt with" },
      { input: "s3://bucket/imports/videos.jsonl", brief: "a list in S3" },
      { input: "<importId> --wait", brief: "go on watching one" },
    ],
  },
  parameters: {
    flags: {
      ...commonFlags,
      wait: switchFlag("until all lines are dealt with, with a summary"),
      report: textFlag("FILE", "write what became of each line there (with --wait)"),
    },
    positional: {
      kind: "tuple",
      parameters: [
        { brief: "a file, s3://…, or an import's id", parse: String, placeholder: "FILE" },
      ],
    },
  },
  async func({ wait, report, ...flags }, given) {
    if (report !== undefined && wait !== true) throw new UsageError("--report goes with --wait");
    const session = await openSession(this, flags);
    const { archiver, print, signal } = session;
    const begun = await begin(given, session, this);
    if (wait !== true) {
      print.result(begun, print.quiet ? begun.importId : `${begun.importId}  ${begun.state}`);
      print.note(`how far it is: akool-archiver import ${begun.importId} --wait`);
      return;
    }
    let current = begun;
    while (current.state === "running") {
      print.progress(`${current.importId}  ${progressOf(current)}`);
      if (!(await pause(EVERY_MS, signal))) {
        print.note(`it goes on: akool-archiver import ${begun.importId} --wait`);
        this.process.exitCode = INTERRUPTED;
        return;
      }
      current = await archiver.getImport(begun.importId, { signal });
    }
    if (report !== undefined && current.report !== undefined) {
      await saveReport(current.report, report, signal);
    }
    print.result(current, summary(current, report));
    this.process.exitCode = isWhole(current) ? 0 : 1;
  },
});

async function begin(given: string, session: Session, { environment }: Context): Promise<Import> {
  const { archiver, print, signal } = session;
  if (/^[0-9a-f-]{36}$/.test(given)) {
    return archiver.getImport(given, { signal });
  }
  const request = await importRequest(given, { session, environment, onProgress: print.progress });
  return archiver.createImport(request, { signal });
}

function progressOf({ progress }: Import): string {
  if (progress === undefined || progress.total === 0) return "reading the list";
  return `${Math.floor((100 * progress.done) / progress.total)} %  ${progress.done} of ${progress.total} lines`;
}

function summary({ importId, state, lines, outcomes, failure }: Import, report?: string): string {
  const counts = Object.entries(outcomes ?? {}).filter(([, figure]) => figure > 0);
  return table([
    [importId, state],
    ...(lines === undefined ? [] : [["lines", String(lines)]]),
    ...counts.map(([name, figure]) => [name, String(figure)]),
    ...(failure === undefined
      ? []
      : [["failure", plainText(`${failure.code}: ${failure.reason}`)]]),
    ...(report === undefined ? [] : [["report", report]]),
  ]);
}

/** Whether everything that the list asked for is followed, or has been. */
function isWhole({ state, outcomes }: Import): boolean {
  return state === "succeeded" && outcomes?.malformed === 0 && outcomes.not_started === 0;
}
