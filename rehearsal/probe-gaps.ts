import { GAPS, type Gap, type GapId } from "./gaps.ts";
import type { Prober } from "./probes.ts";

/** Probes every gap at the same time, and warns of each that has closed. */
export async function probeGaps(
  prober: Prober,
  say: (line: string) => void,
  gaps: Readonly<Record<string, Gap>> = GAPS,
): Promise<ReadonlySet<GapId>> {
  const found = await Promise.all(
    Object.entries(gaps).map(async ([id, { hasClosed }]) => {
      return { id, closed: await hasClosed(prober).catch(() => false) };
    }),
  );
  for (const { id } of found.filter(({ closed }) => closed)) {
    say(`warning: the emulator has no gap "${id}" any more; take it out of rehearsal/gaps.ts`);
  }
  return new Set(found.filter(({ closed }) => !closed).map(({ id }) => id as GapId));
}
