import type { Context } from "../context.ts";
import { UsageError } from "../output/usage-error.ts";

/**
 * Asks a person for a yes; with `--yes` it is given.
 *
 * @throws UsageError where nobody can be asked
 */
export async function confirmed(
  { stdin, process: { stderr } }: Context,
  question: string,
  yes: boolean | undefined,
): Promise<boolean> {
  if (yes === true) return true;
  if (stdin.isTTY !== true) {
    throw new UsageError(`${question}\nNobody can be asked here: add --yes if it is meant`);
  }
  stderr.write(`${question} [y/N] `);
  for await (const chunk of stdin) return /^\s*y(?:es)?\s*$/i.test(String(chunk));
  return false;
}
