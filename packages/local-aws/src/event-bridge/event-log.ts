import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { isMissing } from "../storage/files.ts";

/** Events in one response; the response says where the next ones start. */
const PAGE = 1_000;

export interface EventPage {
  /** Envelopes, the oldest first. */
  events: unknown[];
  /** `after` of the request for what comes later. */
  next: number;
}

/**
 * Reads events from the JSON Lines file that the EventBridge emulator writes, those of earlier
 * processes among them. At most 1000 at a time.
 *
 * @param after how many events to leave out at the beginning
 */
export async function readEvents(file: string, after: number): Promise<EventPage> {
  const events: unknown[] = [];
  let index = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      index += 1;
      if (index <= after) continue;
      const event = parse(line);
      // A line that is being written at this moment belongs to the next page.
      if (event === undefined || events.length === PAGE) break;
      events.push(event);
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return { events, next: after + events.length };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * Removes the half line that a killed process may have left at the file's end. Its publisher never
 * got an answer, and the next event must not be written onto it.
 */
export async function mendEventLog(file: string): Promise<void> {
  const log = await open(file, "r+").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (log === undefined) return;
  try {
    const { size } = await log.stat();
    await log.truncate(await endOfLastLine(log, size));
  } finally {
    await log.close();
  }
}

const BLOCK_BYTES = 64 * 1024;

async function endOfLastLine(
  log: { read(buffer: Buffer, offset: number, length: number, at: number): Promise<unknown> },
  size: number,
): Promise<number> {
  for (let end = size; end > 0; end -= BLOCK_BYTES) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const block = Buffer.alloc(end - start);
    await log.read(block, 0, block.length, start);
    const newline = block.lastIndexOf("\n");
    if (newline >= 0) return start + newline + 1;
  }
  return 0;
}
