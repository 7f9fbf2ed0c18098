import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import { vi } from "vitest";
import { run } from "#local/command/run.ts";

// biome-ignore lint/suspicious/noExplicitAny: a client reads the document and answers as JSON
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

export interface CallOptions {
  parameters?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What the first run on a machine says; whether a test is that one, nobody knows. */
const FIRST_RUN = "Preparing the stack, first run only";

/**
 * `npm start -- serve` in this process, and a client that knows nothing but its openapi.json.
 *
 * @param given the data directory of an earlier one that was stopped; default: a new one
 */
export async function serveWith(
  akool: AkoolSimulator,
  apiKey: string,
  environment: Record<string, string> = {},
  given?: string,
) {
  const data = given ?? (await mkdtemp(join(tmpdir(), "serve-")));
  const interruption = new AbortController();
  const lines: Json[] = [];
  let ended: number | undefined;
  const exit = run(
    {
      name: "serve",
      options: { port: "0", json: true, data, akoolUrl: akool.baseUrl },
      ids: [],
    },
    {
      out: { write: (text: string) => void lines.push(JSON.parse(text)) },
      error: (text) => {
        if (!text.startsWith(FIRST_RUN)) lines.push({ type: "error", text });
      },
      environment: {
        AKOOL_API_KEY: apiKey,
        POLL_MIN_SECONDS: "1",
        POLL_MAX_SECONDS: "1",
        ...environment,
      },
      interrupted: interruption.signal,
    },
  ).then((code) => {
    ended = code;
    return code;
  });
  const ready = await vi.waitUntil(
    () => lines.find(({ type }) => type === "ready") ?? (ended === undefined ? undefined : {}),
    { timeout: 200_000 },
  );
  const document: Json = await (await fetch(`${ready.api}/openapi.json`)).json();

  return {
    data,
    ready,
    /** Every line that was printed. */
    lines,
    videos: join(data, "videos"),
    async call(operationId: string, options: CallOptions = {}): Promise<Answer> {
      const { method, path } = find(document, operationId);
      const filled = path.replace(/\{(\w+)\}/g, (_: string, name: string) =>
        encodeURIComponent(options.parameters?.[name] ?? ""),
      );
      const url = new URL(`${ready.api}${filled}`);
      url.search = new URLSearchParams(options.query).toString();
      const response = await fetch(url, {
        method,
        redirect: "manual",
        headers: {
          ...(options.body === undefined ? {} : { "content-type": "application/json" }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      const text = await response.text();
      const { status, headers } = response;
      return { status, headers, body: text === "" ? undefined : JSON.parse(text) };
    },
    /** Ends it, and leaves its data. */
    async stop() {
      interruption.abort();
      return exit;
    },
    async close() {
      interruption.abort();
      const code = await exit;
      await rm(data, { recursive: true });
      return code;
    },
  };
}

export type Served = Awaited<ReturnType<typeof serveWith>>;

function find(document: Json, wanted: string): { method: string; path: string } {
  for (const [path, operations] of Object.entries<Json>(document.paths)) {
    for (const [method, { operationId }] of Object.entries<Json>(operations)) {
      if (operationId === wanted) return { method: method.toUpperCase(), path };
    }
  }
  throw new Error(`openapi.json has no operation ${wanted}`);
}
