import { endOf, type FileEnd, type Inspector } from "./inspection.ts";

const PACKET_BYTES = 188;
const SYNC = 0x47;
/** How many packets before the end must lie where they should. */
const PACKETS = 4;

/**
 * Looks at the end of an MPEG transport stream: packets that lie where they should, and then the
 * beginning of one, prove that it is cut.
 */
export function* inspectTs(file: FileEnd): Inspector {
  const { totalBytes } = file;
  // Of a body without a declared length the end has passed when it is known.
  if (totalBytes === undefined) return { facts: {}, doubts: [] };
  const rest = totalBytes % PACKET_BYTES;
  const offset = Math.max(0, totalBytes - rest - PACKETS * PACKET_BYTES);
  const tail = yield { offset, bytes: totalBytes - offset };
  yield* endOf(file);
  let isInStep = tail.length > 0;
  for (let at = 0; at < tail.length; at += PACKET_BYTES) isInStep &&= tail[at] === SYNC;
  const cut =
    isInStep && rest > 0 ? `its last packet has ${rest} of ${PACKET_BYTES} bytes` : undefined;
  return { facts: {}, doubts: [], cut };
}
