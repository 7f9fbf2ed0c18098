import type { IncomingHttpHeaders } from "node:http";
import { readBody } from "../http/request-body.ts";
import { describedBy, quoted, sendXml } from "./answers.ts";
import { parseCompleteRequest } from "./complete-request.ts";
import { type Completion, completeUpload } from "./complete-upload.ts";
import type { Exchange, Operation, Stores } from "./context.ts";
import { receiveBody } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import type { UploadRecord } from "./upload-record.ts";
import { writeConditionOf } from "./write-condition.ts";

/** Documented for S3. */
const MAX_PARTS = 10_000;
/** Documented for ListParts; a larger number counts as this one. */
const PARTS_PER_PAGE = 1_000;
/** Ample for 10,000 parts with their checksums. */
const MAX_COMPLETE_BYTES = 4 * 1024 * 1024;

/**
 * Without an algorithm no checksum of the whole is kept, where S3 would keep a CRC64NVME, which Node
 * cannot compute.
 */
export const createMultipartUpload: Operation = async ({ uploads }, exchange) => {
  const { bucket, key, request, response } = exchange;
  const checksumType = checksumTypeOf(request.headers);
  const upload = await uploads.create({
    ...describedBy(request.headers),
    bucket,
    key,
    ...(checksumType && { checksumType }),
  });
  if (checksumType !== undefined) {
    response.setHeader("x-amz-checksum-algorithm", "CRC32");
    response.setHeader("x-amz-checksum-type", checksumType);
  }
  const elements = { Bucket: bucket, Key: key, UploadId: upload.uploadId };
  sendXml(response, "InitiateMultipartUploadResult", elements);
};

export const uploadPart: Operation = async (stores, exchange) => {
  const partNumber = partNumberOf(exchange);
  const upload = await findUpload(stores, exchange);
  const part = await stores.uploads.addPart(upload, partNumber, (path) =>
    receiveBody(exchange.request, path, (bytes) => stores.onBytes(exchange.key, bytes)),
  );
  exchange.response
    .writeHead(200, {
      etag: quoted(part.etag),
      ...(part.crc32 !== undefined && { "x-amz-checksum-crc32": part.crc32 }),
    })
    .end();
};

export const completeMultipartUpload: Operation = async (stores, exchange) => {
  const { bucket, key, request, response } = exchange;
  const completion: Completion = {
    parts: parseCompleteRequest(await readBody(request, MAX_COMPLETE_BYTES)),
    ...wholeObjectClaims(request.headers),
    condition: writeConditionOf(request.headers),
  };
  const record = await stores.uploads.exclusively(uploadIdOf(exchange), async () => {
    const upload = await findUpload(stores, exchange);
    return completeUpload(stores, upload, completion);
  });
  sendXml(response, "CompleteMultipartUploadResult", {
    Location: `http://${request.headers.host}/${bucket}/${encodeURI(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: quoted(record.etag),
    ChecksumCRC32: record.checksum?.crc32,
    ChecksumType: record.checksum?.type,
  });
};

export const abortMultipartUpload: Operation = async (stores, exchange) => {
  await stores.uploads.exclusively(uploadIdOf(exchange), async () => {
    const { uploadId } = await findUpload(stores, exchange);
    await stores.uploads.abort(uploadId);
  });
  exchange.response.writeHead(204).end();
};

/** The marker is the last part number shown, so that new parts do not shift the pages. */
export const listParts: Operation = async (stores, exchange) => {
  const { bucket, key, query, response } = exchange;
  const maxParts = Math.min(wholeNumber(query, "max-parts", PARTS_PER_PAGE), PARTS_PER_PAGE);
  const marker = wholeNumber(query, "part-number-marker", 0);
  const { uploadId, checksumType } = await findUpload(stores, exchange);
  const all = await stores.uploads.parts(uploadId);
  const rest = all.filter(({ partNumber }) => partNumber > marker);
  const page = rest.slice(0, maxParts);
  sendXml(response, "ListPartsResult", {
    Bucket: bucket,
    Key: key,
    UploadId: uploadId,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
    MaxParts: maxParts,
    IsTruncated: rest.length > page.length,
    ...(checksumType && { ChecksumAlgorithm: "CRC32", ChecksumType: checksumType }),
    Part: page.map((part) => ({
      PartNumber: part.partNumber,
      LastModified: part.lastModified,
      ETag: quoted(part.etag),
      Size: part.size,
      ChecksumCRC32: part.crc32,
    })),
  });
};

/** @throws S3Error InvalidArgument */
function wholeNumber(query: URLSearchParams, parameter: string, otherwise: number): number {
  const text = query.get(parameter) ?? String(otherwise);
  if (!/^\d{1,9}$/.test(text)) {
    throw new S3Error("InvalidArgument", `${parameter} must be a whole number.`);
  }
  return Number(text);
}

function findUpload({ uploads }: Stores, exchange: Exchange): Promise<UploadRecord> {
  return uploads.find(exchange.bucket, exchange.key, uploadIdOf(exchange));
}

function uploadIdOf({ query }: Exchange): string {
  return query.get("uploadId") ?? "";
}

function partNumberOf({ query }: Exchange): number {
  const text = query.get("partNumber") ?? "";
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MAX_PARTS) {
    throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000.");
  }
  return number;
}

function checksumTypeOf(headers: IncomingHttpHeaders): "COMPOSITE" | "FULL_OBJECT" | undefined {
  const algorithm = headers["x-amz-checksum-algorithm"];
  const type = headers["x-amz-checksum-type"] ?? "COMPOSITE";
  if (algorithm === undefined) {
    if (headers["x-amz-checksum-type"] !== undefined) {
      throw new S3Error("InvalidRequest", "A checksum type needs a checksum algorithm.");
    }
    return undefined;
  }
  if (algorithm !== "CRC32" || (type !== "COMPOSITE" && type !== "FULL_OBJECT")) {
    throw new S3Error("NotImplemented", `Checksum ${algorithm} ${type} is not implemented here.`);
  }
  return type;
}

function wholeObjectClaims(headers: IncomingHttpHeaders): Omit<Completion, "parts"> {
  const crc32 = headers["x-amz-checksum-crc32"];
  const checksumType = headers["x-amz-checksum-type"];
  const size = headers["x-amz-mp-object-size"];
  return {
    ...(crc32 !== undefined && { crc32: String(crc32) }),
    ...(checksumType !== undefined && { checksumType: String(checksumType) }),
    ...(size !== undefined && { size: Number(size) }),
  };
}
