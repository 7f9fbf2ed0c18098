import { ArchiverProblem, JobNotArchived } from "@akool-archiver/client";
import { plainText } from "../output/format.ts";
import type { Printer } from "../output/printer.ts";
import type { Session } from "../target/session.ts";
import { pause } from "./interruption.ts";

const AT_ONCE = 8;
/** Milliseconds before the next tries of what API Gateway has put off. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 16_000];

/**
 * Does the same for each id, a few at a time, and tells what cannot be done of one.
 *
 * @returns whether all succeeded
 * @throws what is no matter of a single job: no answer, no credentials, an interruption
 */
export async function forEachId(
  ids: readonly string[],
  { print, signal }: Pick<Session, "print" | "signal">,
  work: (id: string) => Promise<boolean>,
): Promise<boolean> {
  const queue = ids.values();
  let whole = true;
  const worker = async () => {
    for (const id of queue) {
      const done = await patiently(() => work(id), signal).catch((error: unknown) =>
        tell(id, error, print),
      );
      whole &&= done;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, worker));
  return whole;
}

/** API Gateway's 429 has reached nothing, so that anything may be sent again. */
async function patiently(work: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  for (const milliseconds of PAUSES) {
    try {
      return await work();
    } catch (error) {
      const putOff = error instanceof ArchiverProblem && error.kind === "" && error.status === 429;
      if (!putOff || !(await pause(milliseconds, signal))) throw error;
    }
  }
  return work();
}

function tell(id: string, error: unknown, print: Printer): false {
  if (error instanceof JobNotArchived) {
    const { status, failure } = error.job;
    const reason = plainText(failure?.reason ?? "");
    print.result(error.job, `${id}  ${print.bad(status)}  ${reason}`.trimEnd());
    return false;
  }
  if (!(error instanceof ArchiverProblem) || error.kind === "") throw error;
  const { type, title, status, detail } = error;
  const text = `${id}  ${print.bad(plainText(title))}  ${plainText(detail)}`;
  print.result({ videoModelId: id, error: { type, title, status, detail } }, text);
  return false;
}
