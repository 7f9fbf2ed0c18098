import {
  type ImportLine,
  type LineOutcome,
  type LineResult,
  readImportLine,
} from "#domain/imports/import.ts";
import { isEnded } from "#domain/job/job-status.ts";
import { type SubmitDependencies, type Submitted, submitJob } from "#use-cases/jobs/submit-job.ts";

/** Some lines of a batch could not be started. The others were, so repeating the batch is safe. */
export class LinesNotStarted extends Error {
  override readonly name = "LinesNotStarted";
}

/**
 * Submits the job of each line, one after the other, as `POST /jobs` does. An import restarts no
 * job that has ended, so it can be repeated, and a line can occur twice. Decision 0041.
 *
 * @param lastTry whether a line that fails is reported as `not_started` instead of failing the
 *   batch
 * @throws LinesNotStarted once all lines were tried
 */
export async function submitLines(
  dependencies: SubmitDependencies,
  lines: readonly ImportLine[],
  lastTry: boolean,
): Promise<LineResult[]> {
  const results: LineResult[] = [];
  for (const line of lines) results.push(await submitLine(dependencies, line));
  const failed = results.filter(({ outcome }) => outcome === "not_started");
  if (failed.length === 0 || lastTry) return results;
  const numbers = failed.map(({ line }) => line);
  throw new LinesNotStarted(`lines ${numbers.join(", ")}: ${failed[0]?.reason}`);
}

async function submitLine(dependencies: SubmitDependencies, line: ImportLine): Promise<LineResult> {
  const read = readImportLine(line);
  if ("problem" in read) return { line: line.line, outcome: "malformed", reason: read.problem };
  const { videoModelId } = read.request;
  try {
    const submitted = await submitJob(dependencies, read.request, "import");
    const { status } = submitted.job;
    return { line: line.line, videoModelId, outcome: outcomeOf(submitted), status };
  } catch (error) {
    const reason = error instanceof Error ? error.name : "unknown error";
    dependencies.log.error("a line was not started", { line: line.line, videoModelId, error });
    return { line: line.line, videoModelId, outcome: "not_started", reason };
  }
}

function outcomeOf({ job, started }: Submitted): LineOutcome {
  if (started) return "started";
  if (job.status === "archived") return "archived";
  return isEnded(job.status) ? "ended" : "already_followed";
}
