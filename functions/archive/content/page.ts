import { constants, gunzipSync } from "node:zlib";

/** Tab, line feed, vertical tab, form feed, carriage return, escape. */
const TEXT_CONTROLS = [9, 10, 11, 12, 13, 0x1b];
const MARKUP = /^<[!?/a-z]/i;
const GZIP_MAGIC = 0x1f8b;

/**
 * Recognizes what is certainly no media file but text: the error page of a server or a gateway, whatever
 * type it was sent with.
 *
 * @param head the file's first bytes
 * @returns what it is, for a person; undefined for anything that may be media
 */
export function pageIn(head: Buffer): string | undefined {
  if (head.length > 2 && head.readUInt16BE(0) === GZIP_MAGIC) return pageInGzip(head);
  const decoded = decode(head);
  if (decoded === undefined) return undefined;
  const text = withoutPadding(decoded);
  if (hasControls(text)) return undefined;
  if (text === "") return "nothing but white space";
  if (/^<(?:!doctype\s+html|html|head|body|title)\b/i.test(text)) return "an HTML page";
  if (MARKUP.test(text)) return "an HTML or XML document";
  return /^[{["]/.test(text) ? "JSON" : "plain text";
}

/** Some servers compress their pages without saying so. */
function pageInGzip(head: Buffer): string | undefined {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 4 * 1024 * 1024 };
    const inner = gunzipSync(head, options);
    return inner.length === 0 ? undefined : pageIn(inner.subarray(0, head.length));
  } catch {
    return undefined;
  }
}

function decode(head: Buffer): string | undefined {
  const encoding = wideEncodingOf(head) ?? "utf-8";
  try {
    // As a stream, because the head may end within a character.
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(head, {
      stream: true,
    });
  } catch {
    // A page in another encoding still begins with markup, which is ASCII.
    const text = head.toString("latin1");
    return MARKUP.test(withoutPadding(text)) ? text : undefined;
  }
}

/** Without leading white space, zero bytes and byte order marks, which careless servers send. */
function withoutPadding(text: string): string {
  let start = 0;
  while (isPadding(text.charAt(start))) start += 1;
  return text.slice(start);
}

function isPadding(character: string): boolean {
  return character === "\0" || (character !== "" && character.trim() === "");
}

/** Characters that no text has, but every media format has among its first bytes. */
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7f || (code < 0x20 && !TEXT_CONTROLS.includes(code))) return true;
  }
  return false;
}

/** UTF-16 by its byte order mark, or without one by the zero bytes of ASCII characters. */
function wideEncodingOf(head: Buffer): "utf-16le" | "utf-16be" | undefined {
  const [first = 0, second = 0] = head;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const sample = [...head.subarray(0, 16)];
  if (sample.length < 4) return undefined;
  const isAscii = (parity: number) =>
    sample.every((byte, index) => (index % 2 === parity ? byte >= 9 && byte < 0x7f : byte === 0));
  if (isAscii(0)) return "utf-16le";
  return isAscii(1) ? "utf-16be" : undefined;
}
