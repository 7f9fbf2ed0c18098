/** Boxes of ISO base media files (ISO/IEC 14496-12) and atoms of QuickTime files, which they follow. */

/** Types of the top level of such files; any other type there proves nothing. */
const TOP_LEVEL: ReadonlySet<string> = new Set([
  "ftyp",
  "styp",
  "moov",
  "moof",
  "mdat",
  "mfra",
  "sidx",
  "ssix",
  "prft",
  "emsg",
  "pdin",
  "uuid",
  "free",
  "skip",
  "wide",
  "meta",
  "meco",
  "udta",
  "pnot",
  "PICT",
]);

export interface BoxHeader {
  type: string;
  headerBytes: number;
  /** Of the whole box; 0 if it extends to the end of the file. */
  bytes: number;
}

/** Enough for a header with a 64-bit size. */
export const BOX_HEADER_BYTES = 16;
const SHORT_HEADER_BYTES = 8;

/** @returns undefined for what cannot be the header of a box */
export function parseBoxHeader(head: Buffer): BoxHeader | undefined {
  if (head.length < SHORT_HEADER_BYTES) return undefined;
  const short = head.readUInt32BE(0);
  const type = head.toString("latin1", 4, 8);
  if (short !== 1) {
    const isPossible = short === 0 || short >= SHORT_HEADER_BYTES;
    return isPossible ? { type, headerBytes: SHORT_HEADER_BYTES, bytes: short } : undefined;
  }
  if (head.length < BOX_HEADER_BYTES) return undefined;
  const bytes = Number(head.readBigUInt64BE(8));
  return bytes < BOX_HEADER_BYTES ? undefined : { type, headerBytes: BOX_HEADER_BYTES, bytes };
}

/** Whether a box of this type is known at the top level of a file. */
export function isTopLevel(type: string): boolean {
  return TOP_LEVEL.has(type);
}

/** Whether it has the form of a registered type: four printable characters. */
export function isPrintable(type: string): boolean {
  return /^[\x20-\x7e\xa9]{4}$/.test(type);
}

/** The boxes in a box's payload, up to the first that is not whole. */
export function* childBoxes(payload: Buffer): Generator<{ type: string; payload: Buffer }> {
  for (let at = 0; at < payload.length; ) {
    const header = parseBoxHeader(payload.subarray(at, at + BOX_HEADER_BYTES));
    if (header === undefined) return;
    const end = header.bytes === 0 ? payload.length : at + header.bytes;
    if (end > payload.length) return;
    yield { type: header.type, payload: payload.subarray(at + header.headerBytes, end) };
    at = end;
  }
}

/** The first box on a path of types, for example `["mdia", "mdhd"]`. */
export function boxAt(payload: Buffer, path: readonly string[]): Buffer | undefined {
  let found: Buffer | undefined = payload;
  for (const type of path) {
    const inner: Buffer = found;
    found = undefined;
    for (const box of childBoxes(inner)) {
      if (box.type === type) {
        found = box.payload;
        break;
      }
    }
    if (found === undefined) return undefined;
  }
  return found;
}
