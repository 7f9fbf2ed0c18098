import { S3Error } from "./s3-error.ts";

/** One part as CompleteMultipartUpload names it. */
export interface NamedPart {
  partNumber: number;
  /** Without the quotes. */
  etag: string;
  /** Base64 of the part's CRC-32. */
  crc32?: string;
}

const DOCUMENT =
  /^\s*(?:<\?xml[^>]*\?>)?\s*<CompleteMultipartUpload(?: xmlns="[^"]*")?>(.*)<\/CompleteMultipartUpload>\s*$/s;
const PART = /^\s*<Part>(.*?)<\/Part>/s;
const FIELD = /^\s*<(PartNumber|ETag|ChecksumCRC32)>([^<]*)<\/\1>/;

/**
 * Reads the body of CompleteMultipartUpload. It is a strict parser of this one document, not of XML:
 * anything but parts with their three known fields is refused.
 *
 * @throws S3Error MalformedXML
 */
export function parseCompleteRequest(xml: string): NamedPart[] {
  const inner = DOCUMENT.exec(xml)?.[1];
  if (inner === undefined) {
    throw malformed("it is no CompleteMultipartUpload document");
  }
  const parts = consume(inner, PART).map(([, content = ""]) => parsePart(content));
  if (parts.length === 0) {
    throw malformed("it names no part");
  }
  return parts;
}

function parsePart(content: string): NamedPart {
  const fields = new Map(
    consume(content, FIELD).map(([, name = "", text = ""]) => [name, unescapeXml(text)]),
  );
  const number = fields.get("PartNumber") ?? "";
  const etag = fields.get("ETag");
  const crc32 = fields.get("ChecksumCRC32");
  if (!/^[1-9]\d{0,4}$/.test(number) || etag === undefined) {
    throw malformed("a part lacks its number or its ETag");
  }
  return {
    partNumber: Number(number),
    etag: etag.replace(/^"(.*)"$/, "$1"),
    ...(crc32 !== undefined && { crc32 }),
  };
}

/** Consumes matches from the front until only white space is left. */
function consume(text: string, pattern: RegExp): RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  let offset = 0;
  while (text.slice(offset).trim() !== "") {
    const match = pattern.exec(text.slice(offset));
    if (match === null) {
      throw malformed("it holds an element that is not known");
    }
    matches.push(match);
    offset += match[0].length;
  }
  return matches;
}

function unescapeXml(text: string): string {
  return text
    .replaceAll(/&quot;|&#34;|&#x22;/g, '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

function malformed(reason: string): S3Error {
  return new S3Error("MalformedXML", `The XML you provided cannot be read: ${reason}.`);
}
