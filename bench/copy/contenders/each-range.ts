import "#runtime/small-semi-space.ts";
import { DEFAULT_SIZING, planParts, rangeOf } from "#archive/upload/part-plan.ts";

/** Runs work on each range of a file, cut as the copier cuts it, with the copier's concurrency. */
export async function eachRange(
  bytes: number,
  act: (range: string, part: number) => Promise<void>,
): Promise<void> {
  const plan = planParts(bytes, DEFAULT_SIZING);
  const parts = Array.from({ length: plan.count }, (_, index) => index + 1).values();
  const work = async () => {
    for (const part of parts) {
      const { offset, bytes: length } = rangeOf(plan, part);
      await act(`bytes=${offset}-${offset + length - 1}`, part);
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, work));
}
