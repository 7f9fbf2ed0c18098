import { endOf, type FileEnd, type Inspector } from "./inspection.ts";

const PACKET_BYTES = 188;
const SYNC = 0x47;
/** How many packets before the end must be aligned. */
const PACKETS = 4;

/**
 * Inspects the end of an MPEG transport stream: aligned packets, followed by the beginning of another,
 * prove that it is cut.
 */
export function* inspectTs(file: FileEnd): Inspector {
  const { totalBytes } = file;
  // Without a declared length, the last bytes have passed by the time the length is known.
  if (totalBytes === undefined) return { facts: {}, doubts: [] };
  const rest = totalBytes % PACKET_BYTES;
  const offset = Math.max(0, totalBytes - rest - PACKETS * PACKET_BYTES);
  const tail = yield { offset, bytes: totalBytes - offset };
  yield* endOf(file);
  let isAligned = tail.length > 0;
  for (let at = 0; at < tail.length; at += PACKET_BYTES) isAligned &&= tail[at] === SYNC;
  const cut =
    isAligned && rest > 0 ? `its last packet has ${rest} of ${PACKET_BYTES} bytes` : undefined;
  return { facts: {}, doubts: [], cut };
}
