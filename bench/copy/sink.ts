/**
 * The S3 of the copy benchmark, a process of its own: counts and discards every byte, and responds
 * as S3 does, after the latency that its argument names (milliseconds). It repeats checksums that
 * were sent instead of computing them: a store that works would hide what the contenders cost.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { listenAndReport } from "../support/child-server.ts";

interface StoredObject {
  bytes: number;
  etag: string;
  crc32: string | undefined;
}

const objects = new Map<string, StoredObject>();
/** Bytes of each part, by upload. */
const uploads = new Map<string, Map<string, number>>();

const latencyMs = Number(process.argv[2] ?? 0);
const greeted = new WeakSet<Socket>();
/** Since the last call. */
let requests = 0;

/** Returns the number of requests since the last call, and resets it. */
const COUNT_PATH = "/-/requests";

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", "http://sink");
  if (url.pathname === COUNT_PATH) {
    response.end(String(requests));
    requests = 0;
    return;
  }
  requests += 1;
  const bytes = await discard(request);
  await delay(request.socket);
  const uploadId = url.searchParams.get("uploadId");
  const crc32 = header(request, "x-amz-checksum-crc32");
  const key = url.pathname;
  switch (`${request.method} ${uploadId === null ? "object" : "upload"}`) {
    case "POST object":
      return sendXml(response, "InitiateMultipartUploadResult", { UploadId: openUpload() });
    case "PUT upload":
      uploads.get(uploadId ?? "")?.set(url.searchParams.get("partNumber") ?? "", bytes);
      return sendEtag(response, newEtag(), crc32);
    case "POST upload":
      return complete(response, key, uploadId ?? "", crc32);
    case "PUT object":
      objects.set(key, { bytes, etag: newEtag(), crc32 });
      return sendEtag(response, objects.get(key)?.etag ?? "", crc32);
    case "HEAD object":
      return sendHead(response, objects.get(key));
    case "GET object":
      return url.searchParams.has("uploads")
        ? sendXml(response, "ListMultipartUploadsResult", { IsTruncated: "false" })
        : void response.writeHead(404).end();
    default:
      response.writeHead(204).end();
  }
}

/** A new connection costs the latency twice. */
async function delay(socket: Socket): Promise<void> {
  if (latencyMs === 0) return;
  const handshake = greeted.has(socket) ? 0 : latencyMs;
  greeted.add(socket);
  await setTimeout(latencyMs + handshake);
}

/** Bytes of the body as the object has them: aws-chunked adds some of its own. */
async function discard(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  return Number(header(request, "x-amz-decoded-content-length") ?? bytes);
}

function openUpload(): string {
  const uploadId = randomUUID();
  uploads.set(uploadId, new Map());
  return uploadId;
}

function complete(response: ServerResponse, key: string, uploadId: string, crc32?: string): void {
  const parts = [...(uploads.get(uploadId)?.values() ?? [])];
  const etag = `${newEtag()}-${parts.length}`;
  objects.set(key, { bytes: parts.reduce((sum, part) => sum + part, 0), etag, crc32 });
  uploads.delete(uploadId);
  sendXml(response, "CompleteMultipartUploadResult", {
    Key: key,
    ETag: `"${etag}"`,
    ...(crc32 !== undefined && { ChecksumCRC32: crc32, ChecksumType: "FULL_OBJECT" }),
  });
}

function sendHead(response: ServerResponse, object: StoredObject | undefined): void {
  if (object === undefined) {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, {
      "content-length": object.bytes,
      "content-type": "video/mp4",
      "last-modified": new Date().toUTCString(),
      etag: `"${object.etag}"`,
      // A client that sent no checksum of the whole still expects one.
      "x-amz-checksum-crc32": object.crc32 ?? "AAAAAA==",
      "x-amz-checksum-type": "FULL_OBJECT",
    })
    .end();
}

function sendEtag(response: ServerResponse, etag: string, crc32: string | undefined): void {
  response
    .writeHead(200, {
      etag: `"${etag}"`,
      ...(crc32 !== undefined && { "x-amz-checksum-crc32": crc32 }),
    })
    .end();
}

function sendXml(response: ServerResponse, root: string, elements: Record<string, string>): void {
  const inner = Object.entries(elements).map(([name, text]) => `<${name}>${text}</${name}>`);
  response
    .writeHead(200, { "content-type": "application/xml" })
    .end(`<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner.join("")}</${root}>`);
}

/** Looks like an MD5; nothing here computes one. */
function newEtag(): string {
  return randomUUID().replaceAll("-", "");
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return value === undefined ? undefined : String(value);
}

await listenAndReport(
  createServer({ noDelay: true }, (request, response) => void answer(request, response)),
);
