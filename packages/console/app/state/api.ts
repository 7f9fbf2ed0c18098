import {
  type Archiver,
  ArchiverProblem,
  ArchiverUnreachable,
  createArchiver,
} from "@akool-archiver/client";
import type * as z from "zod/mini";
import { conditional } from "./conditional.ts";
import { importListSchema, ledgerSchema, submissionListSchema, summarySchema } from "./contract.ts";
import { gate, settings } from "./settings.ts";
import { withToken } from "./signed-in.ts";

const send = conditional(async (request) => {
  const response = await fetch(await withToken(request));
  if (response.status === 401) gate.value = settings.value?.signIn ? "signed-out" : "closed";
  return response;
});

let archiver: Archiver | undefined;

/** The typed client, at the address that the settings name. */
export function api(): Archiver {
  archiver ??= createArchiver({ url: baseUrl(), fetch: send });
  return archiver;
}

function baseUrl(): string {
  return settings.value?.apiUrl ?? location.origin;
}

export const getSummary = (signal?: AbortSignal) => get("/summary", summarySchema, signal);

export const getLedger = (query: Record<string, string>, signal?: AbortSignal) =>
  get(`/ledger?${new URLSearchParams(query)}`, ledgerSchema, signal);

export const listSubmissions = (query: Record<string, string>, signal?: AbortSignal) =>
  get(`/character-swaps?${new URLSearchParams(query)}`, submissionListSchema, signal);

export const listImports = (query: Record<string, string>, signal?: AbortSignal) =>
  get(`/imports?${new URLSearchParams(query)}`, importListSchema, signal);

/**
 * Reads a route, and checks what it answers.
 *
 * @throws ArchiverProblem where the archiver refuses, 404 where it has no such route
 * @throws ArchiverUnreachable where no answer came, or none of the archiver
 */
async function get<Schema extends z.ZodMiniType>(
  path: string,
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.infer<Schema>> {
  const headers = { accept: "application/json" };
  const request = new Request(`${baseUrl().replace(/\/+$/, "")}${path}`, {
    headers,
    ...(signal && { signal }),
  });
  const response = await send(request).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new ArchiverUnreachable("no answer", { cause });
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, body);
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new ArchiverUnreachable("what answers there is not the archiver");
  }
  return parsed.data;
}

function problemOf(status: number, body: unknown): ArchiverProblem {
  const told = typeof body === "object" && body !== null ? body : {};
  const title = "title" in told && typeof told.title === "string" ? told.title : `HTTP ${status}`;
  const detail = "detail" in told && typeof told.detail === "string" ? told.detail : "";
  return new ArchiverProblem({ type: "about:blank", title, detail, status });
}

/** Whether an older archiver lacks the route. */
export function isMissingRoute(error: unknown): boolean {
  return error instanceof ArchiverProblem && error.status === 404;
}

/** Whether the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ArchiverUnreachable) return true;
  return error instanceof ArchiverProblem && (error.status >= 500 || error.status === 429);
}

/** What went wrong, for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
