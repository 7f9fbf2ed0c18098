import { setTimeout as sleep } from "node:timers/promises";

/** Something that was waited for did not come. */
export class NeverCame extends Error {
  override readonly name = "NeverCame";
}

const INTERVAL_MS = 250;

/**
 * Asks again until there is something.
 *
 * @param what for the error's message
 * @throws NeverCame after so many seconds
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  seconds = 25,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new NeverCame(`${what}: not within ${seconds} s`);
    await sleep(INTERVAL_MS);
  }
}
