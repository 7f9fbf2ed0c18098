/** Requests of one action that are under way at a time: quick, and nothing that a rate limit minds. */
const AT_A_TIME = 4;

export interface Outcome<Item> {
  readonly item: Item;
  /** Absent when it has worked. */
  readonly error?: unknown;
}

/** Does the same for each item, some at a time; one that fails does not stop the others. */
export async function forEachItem<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
  onDone: (done: number) => void,
): Promise<Outcome<Item>[]> {
  const waiting = items.entries();
  const outcomes: Outcome<Item>[] = [];
  async function work(): Promise<void> {
    for (const [, item] of waiting) {
      outcomes.push(await outcomeOf(item, act));
      onDone(outcomes.length);
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return outcomes;
}

async function outcomeOf<Item>(
  item: Item,
  act: (item: Item) => Promise<void>,
): Promise<Outcome<Item>> {
  try {
    await act(item);
    return { item };
  } catch (error) {
    return { item, error };
  }
}
