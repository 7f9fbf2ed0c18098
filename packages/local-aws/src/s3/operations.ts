import type { IncomingHttpHeaders } from "node:http";
import type { Address } from "./address.ts";
import { OPTION_HEADERS } from "./object-options.ts";
import { PRESIGNED_PARAMETERS } from "./presigned.ts";
import { READ_CONDITION_HEADERS } from "./read-condition.ts";
import { RESPONSE_OVERRIDES } from "./response-overrides.ts";
import { S3Error } from "./s3-error.ts";
import { CONDITION_HEADERS } from "./write-condition.ts";

interface OperationShape {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  on: "bucket" | "object";
  /** Query parameters that identify the operation, and optional ones. */
  required: readonly string[];
  optional?: readonly string[];
  /** Headers with a meaning for the operation, beside the common ones. */
  headers?: readonly string[];
}

const BODY_HEADERS = [
  "x-amz-decoded-content-length",
  "x-amz-trailer",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-checksum-crc32",
  "content-encoding",
];

/** Reading can be presigned, which moves the SDK's headers into the query. */
const READING = {
  on: "object",
  required: [],
  optional: [...PRESIGNED_PARAMETERS, ...RESPONSE_OVERRIDES, "x-amz-checksum-mode"],
  // A reader's Cache-Control, as a browser's reload sends it, is for caches on the way.
  headers: ["range", ...READ_CONDITION_HEADERS, "cache-control", "x-amz-checksum-mode"],
} as const;

/** Every supported operation. What is not listed here is refused. */
const shapes = {
  PutObject: {
    method: "PUT",
    on: "object",
    required: [],
    headers: [...BODY_HEADERS, ...CONDITION_HEADERS, ...OPTION_HEADERS],
  },
  GetObject: { method: "GET", ...READING },
  HeadObject: { method: "HEAD", ...READING },
  GetObjectTagging: { method: "GET", on: "object", required: ["tagging"] },
  DeleteObject: { method: "DELETE", on: "object", required: [] },
  CreateMultipartUpload: {
    method: "POST",
    on: "object",
    required: ["uploads"],
    headers: ["x-amz-checksum-algorithm", "x-amz-checksum-type", ...OPTION_HEADERS],
  },
  UploadPart: {
    method: "PUT",
    on: "object",
    required: ["partNumber", "uploadId"],
    headers: BODY_HEADERS,
  },
  CompleteMultipartUpload: {
    method: "POST",
    on: "object",
    required: ["uploadId"],
    headers: [
      "x-amz-checksum-crc32",
      "x-amz-checksum-type",
      "x-amz-mp-object-size",
      ...CONDITION_HEADERS,
    ],
  },
  AbortMultipartUpload: { method: "DELETE", on: "object", required: ["uploadId"] },
  ListParts: {
    method: "GET",
    on: "object",
    required: ["uploadId"],
    optional: ["max-parts", "part-number-marker"],
  },
  ListMultipartUploads: {
    method: "GET",
    on: "bucket",
    required: ["uploads"],
    optional: ["prefix"],
  },
  ListObjectsV2: {
    method: "GET",
    on: "bucket",
    required: ["list-type"],
    optional: ["prefix", "max-keys", "continuation-token"],
  },
} as const satisfies Record<string, OperationShape>;

export type OperationName = keyof typeof shapes;

/** Signatures are not checked: on one machine there is no secret to check them with. */
const COMMON_HEADERS = [
  "x-amz-date",
  "x-amz-content-sha256",
  "x-amz-security-token",
  "x-amz-user-agent",
];

/** Headers that would change what an operation does, or what it stores. */
const MEANINGFUL_HEADER =
  /^(?:x-amz-.*|if-.*|range|content-encoding|content-language|content-disposition|cache-control|expires)$/;

/**
 * Recognises the operation by method, query and headers.
 *
 * @throws S3Error NotImplemented for anything that the emulator would otherwise have to ignore
 */
export function operationOf(
  method: string | undefined,
  address: Address,
  headers: IncomingHttpHeaders,
): OperationName {
  const parameters = new Set(address.query.keys());
  const asked = address.query.get("x-id") ?? `${method} ?${[...parameters].join("&")}`;
  parameters.delete("x-id");
  const found = Object.entries<OperationShape>(shapes).find(([, shape]) =>
    fits(shape, method, address, parameters),
  );
  const name = found?.[0];
  if (found === undefined || !isOperationName(name) || !isAsked(address, name)) {
    throw new S3Error("NotImplemented", `${asked} is not implemented by this emulator.`);
  }
  requireKnownHeaders(name, found[1], headers);
  return name;
}

function fits(
  shape: OperationShape,
  method: string | undefined,
  address: Address,
  parameters: ReadonlySet<string>,
): boolean {
  const known = new Set([...shape.required, ...(shape.optional ?? [])]);
  return (
    shape.method === method &&
    (shape.on === "object") === (address.key !== "") &&
    shape.required.every((parameter) => parameters.has(parameter)) &&
    [...parameters].every((parameter) => known.has(parameter))
  );
}

/** The SDK names its operation in `x-id`; it must not be taken for a similar one. */
function isAsked(address: Address, name: OperationName): boolean {
  return (address.query.get("x-id") ?? name) === name;
}

function requireKnownHeaders(
  name: OperationName,
  shape: OperationShape,
  headers: IncomingHttpHeaders,
) {
  const known = [...COMMON_HEADERS, ...(shape.headers ?? [])];
  const unknown = Object.keys(headers).find(
    (header) =>
      MEANINGFUL_HEADER.test(header) &&
      !header.startsWith("x-amz-meta-") &&
      !known.includes(header),
  );
  if (unknown !== undefined) {
    throw new S3Error(
      "NotImplemented",
      `${name} with the header ${unknown} is not implemented by this emulator.`,
    );
  }
}

function isOperationName(name: string | undefined): name is OperationName {
  return name !== undefined && Object.hasOwn(shapes, name);
}
