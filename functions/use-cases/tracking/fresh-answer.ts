import type { AkoolClient } from "#akool/client.ts";
import { ArchiveError, SourceUnavailable } from "#archive/errors.ts";
import { isTrouble, type Observation } from "#domain/job/observation.ts";

/**
 * AKOOL refuses the account when asked for a fresh address. Retried patiently, since a person has
 * to mend it.
 */
export class AccountAtFault extends Error {
  override readonly name = "AccountAtFault";
}

/** AKOOL's description of a finished job. */
export type CompletedAnswer = Extract<Observation, { kind: "completed" }>;

/** Whether AKOOL may know another address by now that serves the file. */
export function mayHaveMoved(error: unknown): error is ArchiveError {
  return error instanceof ArchiveError && error.rule.mayHaveMoved === true;
}

/**
 * Asks AKOOL once for fresh addresses, after one of them has not served its file.
 *
 * @returns undefined if AKOOL names none
 * @throws AccountAtFault, SourceUnavailable when AKOOL cannot be asked
 */
export async function freshAnswer(
  akool: AkoolClient,
  videoModelId: string,
  error: ArchiveError,
): Promise<CompletedAnswer | undefined> {
  const answer = await akool.poll(videoModelId);
  if (answer.kind === "account_fault") {
    throw new AccountAtFault(unanswered(error, answer.detail), { cause: error });
  }
  if (isTrouble(answer)) {
    throw new SourceUnavailable(unanswered(error, answer.detail), { cause: error });
  }
  return answer.kind === "completed" ? answer : undefined;
}

function unanswered({ message }: ArchiveError, detail: string): string {
  return `${message}, and AKOOL cannot be asked: ${detail}`;
}
