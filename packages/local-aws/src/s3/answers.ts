import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { optionHeaders, optionsIn } from "./object-options.ts";
import type { ObjectChecksum, ObjectRecord } from "./object-record.ts";
import type { S3Error } from "./s3-error.ts";
import { type XmlElements, xmlDocument, xmlError } from "./xml.ts";

const USER_METADATA = "x-amz-meta-";

/** Sends an XML document with status 200. */
export function sendXml(response: ServerResponse, root: string, elements: XmlElements) {
  response.setHeader("content-type", "application/xml");
  response.end(xmlDocument(root, elements));
}

/** Sends an error; without a document to HEAD, as HTTP demands. */
export function sendError(response: ServerResponse, error: S3Error, resource: string) {
  const requestId = randomUUID();
  response.writeHead(error.status, {
    "content-type": "application/xml",
    "x-amz-request-id": requestId,
  });
  response.end(xmlError(error.code, error.message, resource, requestId));
}

/** The headers of an object, for GET and HEAD, without those that depend on a range. */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  return {
    "content-type": record.contentType,
    etag: quoted(record.etag),
    "last-modified": new Date(record.lastModified).toUTCString(),
    "accept-ranges": "bytes",
    ...optionHeaders(record),
    ...Object.fromEntries(
      Object.entries(record.userMetadata).map(([name, value]) => [USER_METADATA + name, value]),
    ),
  };
}

export function checksumHeaders(checksum: ObjectChecksum | undefined): Record<string, string> {
  return checksum === undefined
    ? {}
    : { "x-amz-checksum-crc32": checksum.crc32, "x-amz-checksum-type": checksum.type };
}

/** An ETag is quoted on the wire. */
export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** The headers of a request that are stored with its object. */
export function describedBy(headers: IncomingHttpHeaders) {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(USER_METADATA));
  return {
    ...optionsIn(headers),
    contentType: headers["content-type"] ?? "binary/octet-stream",
    userMetadata: Object.fromEntries(
      own.map(([name, value]) => [name.slice(USER_METADATA.length), String(value)]),
    ),
  };
}
