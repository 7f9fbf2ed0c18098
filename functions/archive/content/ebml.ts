/** Elements of EBML (RFC 8794), the format of Matroska and WebM files (RFC 9559). */

/** Element ids, with their marker bits. */
export const ELEMENT = {
  header: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackType: 0x83,
  codec: 0x86,
  frameDuration: 0x23e383,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cluster: 0x1f43b675,
} as const;

/** Ids of the elements at the top level of a file, and directly in its segment. */
export const LEVEL_ONE: readonly number[] = [
  ELEMENT.header,
  ELEMENT.segment,
  ELEMENT.info,
  ELEMENT.tracks,
  ELEMENT.cluster,
  // SeekHead, Cues, Chapters, Attachments, Tags, Void, CRC-32
  0x114d9b74,
  0x1c53bb6b,
  0x1043a770,
  0x1941a469,
  0x1254c367,
  0xec,
  0xbf,
];

/** Of the longest id and the longest size. */
export const EBML_HEADER_BYTES = 12;

export interface EbmlHeader {
  id: number;
  headerBytes: number;
  /** Of the content; undefined for an element of unknown size. */
  bytes: number | undefined;
}

/** @returns undefined for what cannot be the header of an element */
export function parseEbmlHeader(head: Buffer): EbmlHeader | undefined {
  const idBytes = lengthOf(head[0], 4);
  if (idBytes === undefined || head.length <= idBytes) return undefined;
  const sizeBytes = lengthOf(head[idBytes], 8);
  if (sizeBytes === undefined || head.length < idBytes + sizeBytes) return undefined;
  let size = BigInt(head[idBytes] ?? 0) & ((1n << BigInt(8 - sizeBytes)) - 1n);
  for (let at = idBytes + 1; at < idBytes + sizeBytes; at++) {
    size = (size << 8n) | BigInt(head[at] ?? 0);
  }
  const isUnknown = size === (1n << BigInt(7 * sizeBytes)) - 1n;
  return {
    id: head.readUIntBE(0, idBytes),
    headerBytes: idBytes + sizeBytes,
    bytes: isUnknown ? undefined : Number(size),
  };
}

/** The position of the first set bit gives the length of a number in bytes. */
function lengthOf(first: number | undefined, most: number): number | undefined {
  const length = first === undefined || first === 0 ? 9 : Math.clz32(first) - 23;
  return length > most ? undefined : length;
}

/** The elements in another's content, up to the first that is not whole. */
export function* elements(content: Buffer): Generator<{ id: number; content: Buffer }> {
  for (let at = 0; at < content.length; ) {
    const header = parseEbmlHeader(content.subarray(at, at + EBML_HEADER_BYTES));
    if (header === undefined) return;
    const start = at + header.headerBytes;
    const end = header.bytes === undefined ? content.length : start + header.bytes;
    if (end > content.length) return;
    yield { id: header.id, content: content.subarray(start, end) };
    at = end;
  }
}

/** The content of the first element with an id. */
export function elementIn(content: Buffer, id: number): Buffer | undefined {
  for (const element of elements(content)) if (element.id === id) return element.content;
  return undefined;
}

export function uintIn(content: Buffer, id: number): number | undefined {
  const found = elementIn(content, id);
  if (found === undefined || found.length > 8) return undefined;
  return found.reduce((value, byte) => value * 256 + byte, 0);
}

export function floatIn(content: Buffer, id: number): number | undefined {
  const found = elementIn(content, id);
  if (found?.length === 4) return found.readFloatBE();
  return found?.length === 8 ? found.readDoubleBE() : undefined;
}

export function textIn(content: Buffer, id: number): string | undefined {
  return elementIn(content, id)?.toString("latin1").replace(/\0+$/, "");
}
