import { TaskFailure } from "./task.ts";

/** How much goes into one batch. */
export interface BatchLimits {
  MaxItemsPerBatch: number;
  MaxInputBytesPerBatch: number;
}

/** The input of one child. */
export interface Batch {
  /** From 0, in the order of the items. */
  index: number;
  items: number;
  input: { BatchInput: unknown; Items: unknown[] };
}

/**
 * Cuts items into batches. As in Step Functions, both limits apply, and the size counts the whole
 * input.
 *
 * @throws TaskFailure States.ItemReaderFailed for an item that is over the limit by itself
 */
export async function* batchesOf(
  source: AsyncIterable<unknown>,
  batchInput: unknown,
  { MaxItemsPerBatch, MaxInputBytesPerBatch }: BatchLimits,
): AsyncGenerator<Batch> {
  const empty = Buffer.byteLength(JSON.stringify({ BatchInput: batchInput, Items: [] }));
  let index = 0;
  let items: unknown[] = [];
  let bytes = empty;
  const finished = (): Batch => {
    return { index, items: items.length, input: { BatchInput: batchInput, Items: items } };
  };
  for await (const item of source) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (empty + size > MaxInputBytesPerBatch) {
      throw new TaskFailure("States.ItemReaderFailed", `An item has ${size} bytes`);
    }
    if (items.length === MaxItemsPerBatch || bytes + size > MaxInputBytesPerBatch) {
      yield finished();
      index += 1;
      items = [];
      bytes = empty;
    }
    items.push(item);
    bytes += size;
  }
  if (items.length > 0) yield finished();
}
