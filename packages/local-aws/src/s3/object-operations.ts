import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { checksumHeaders, describedBy, objectHeaders, quoted, sendXml } from "./answers.ts";
import type { Exchange, Operation } from "./context.ts";
import { requireReadable } from "./object-options.ts";
import type { ObjectRecord } from "./object-record.ts";
import { requirePresignedInTime } from "./presigned.ts";
import { parseRange } from "./range.ts";
import { isUnmodified, rangeOf } from "./read-condition.ts";
import { receiveBody } from "./receive-body.ts";
import { overriddenHeaders } from "./response-overrides.ts";
import { writeConditionOf } from "./write-condition.ts";

export const putObject: Operation = async ({ layout, objects, onBytes }, exchange) => {
  const { bucket, key, request, response } = exchange;
  layout.directoryOf(bucket);
  const condition = writeConditionOf(request.headers);
  const path = layout.newTemporary();
  const { crc32, ...body } = await receiveBody(request, path, (bytes) => onBytes(key, bytes));
  const record: ObjectRecord = {
    ...body,
    ...describedBy(request.headers),
    key,
    lastModified: new Date().toISOString(),
    ...(crc32 !== undefined && { checksum: { crc32, type: "FULL_OBJECT" } }),
  };
  try {
    await objects.commit(bucket, record, path, { condition });
  } finally {
    await rm(path, { force: true });
  }
  response.writeHead(200, { etag: quoted(record.etag), ...checksumHeaders(record.checksum) }).end();
};

export const getObject: Operation = async ({ objects }, exchange) => {
  const { bucket, key, response } = exchange;
  requirePresignedInTime(exchange.query, Date.now());
  const { record, file } = await objects.open(bucket, key);
  try {
    requireReadable(record);
    if (answeredAsUnmodified(exchange, record)) return;
    const { first, last, status, headers } = selection(exchange, record);
    response.writeHead(status, headers);
    if (first > last) {
      response.end();
      return;
    }
    const bytes = file.createReadStream({ start: first, end: last, autoClose: false });
    await pipeline(bytes, response);
  } finally {
    await file.close();
  }
};

export const headObject: Operation = async ({ objects }, exchange) => {
  const { bucket, key, response } = exchange;
  requirePresignedInTime(exchange.query, Date.now());
  const record = await objects.find(bucket, key);
  if (answeredAsUnmodified(exchange, record)) return;
  const { status, headers } = selection(exchange, record);
  response.writeHead(status, headers).end();
};

export const getObjectTagging: Operation = async ({ objects }, { bucket, key, response }) => {
  const { tags = {} } = await objects.find(bucket, key);
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  sendXml(response, "Tagging", { TagSet: { Tag } });
};

export const deleteObject: Operation = async ({ objects }, { bucket, key, response }) => {
  await objects.remove(bucket, key);
  response.writeHead(204).end();
};

function answeredAsUnmodified({ request, response }: Exchange, record: ObjectRecord): boolean {
  if (!isUnmodified(request.headers, record)) return false;
  const { etag, "last-modified": modified } = objectHeaders(record);
  response.writeHead(304, { etag, "last-modified": modified }).end();
  return true;
}

/** The bytes that a GET or HEAD is about, and the head of its answer. */
function selection({ request: { headers }, query }: Exchange, record: ObjectRecord) {
  const asked = rangeOf(headers, record);
  const range = asked === undefined ? undefined : parseRange(asked, record.size);
  const { first, last } = range ?? { first: 0, last: record.size - 1 };
  // S3 omits the checksum of the whole for a part of it.
  const checksumMode = headers["x-amz-checksum-mode"] ?? query.get("x-amz-checksum-mode");
  const withChecksum = checksumMode === "ENABLED" && range === undefined;
  return {
    first,
    last,
    status: range === undefined ? 200 : 206,
    headers: {
      ...objectHeaders(record),
      ...overriddenHeaders(query),
      "content-length": last - first + 1,
      ...(range && { "content-range": `bytes ${first}-${last}/${record.size}` }),
      ...(withChecksum && checksumHeaders(record.checksum)),
    },
  };
}
