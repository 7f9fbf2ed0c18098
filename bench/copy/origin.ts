/**
 * The origin of the copy benchmark, a process of its own: serves `/<network>/<bytes>`, whole or in
 * ranges, from one block of memory that repeats, so that it costs little more than the kernel's work.
 */
import { randomFillSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { listenAndReport } from "../support/child-server.ts";
import { beginRangedAnswer } from "../support/ranged-answer.ts";
import { NETWORKS, type Network } from "./network.ts";

/** The repeated block, and the most that is written to a socket at once. */
const BLOCK = randomFillSync(Buffer.alloc(16 * 1024 * 1024));
BLOCK.write("\0\0\0\x18ftypisom", 0, "latin1");
const WRITE_BYTES = 1024 * 1024;
/** A limited connection gets its share at this interval. */
const STEP_MS = 10;

const greeted = new WeakSet<Socket>();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, name = "", total = ""] = (request.url ?? "").split("/");
  const network = NETWORKS[name];
  const bytes = Number.parseInt(total, 10);
  if (network === undefined || !Number.isSafeInteger(bytes)) {
    response.writeHead(404).end();
    return;
  }
  await delay(network, request.socket);
  const { first, last } = beginRangedAnswer(request, response, { bytes, etag: String(bytes) });
  await send(response, first, last + 1, network);
  response.end();
}

async function delay({ latencyMs }: Network, socket: Socket): Promise<void> {
  if (latencyMs === 0) return;
  const handshake = greeted.has(socket) ? 0 : latencyMs;
  greeted.add(socket);
  await setTimeout(latencyMs + handshake);
}

async function send(response: ServerResponse, first: number, end: number, network: Network) {
  const { bytesPerSecond } = network;
  const startedAt = performance.now();
  let at = first;
  while (at < end && !response.destroyed) {
    let until = end;
    if (bytesPerSecond !== undefined) {
      const allowed = (bytesPerSecond * (performance.now() - startedAt + STEP_MS)) / 1000;
      until = Math.min(end, first + Math.floor(allowed));
      if (until <= at) {
        await setTimeout(STEP_MS);
        continue;
      }
    }
    const start = at % BLOCK.length;
    const piece = BLOCK.subarray(start, start + Math.min(WRITE_BYTES, until - at));
    at += piece.length;
    if (!response.write(piece)) await drained(response);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.on("drain", go).on("close", go);
  });
}

await listenAndReport(
  createServer({ noDelay: true }, (request, response) => void answer(request, response)),
);
