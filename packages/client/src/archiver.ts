import createClient from "openapi-fetch";
import { ArchiverProblem, ArchiverUnreachable, type Problem } from "./errors.ts";
import { type Following, following } from "./following.ts";
import type { operations, paths } from "./openapi.ts";
import { repeating, retryAfterSeconds, type Send } from "./repeat.ts";
import type {
  ArchiverOperations,
  CallOptions,
  ImportList,
  ImportRequest,
  PageQuery,
} from "./types.ts";

/** How requests are authorized: one of the two, or neither at an archiver on this machine. */
type Authorization =
  | {
      /** Signs a request; `@akool-archiver/client/aws` has the one for AWS credentials. */
      readonly sign: (request: Request) => Promise<Request>;
      readonly token?: never;
    }
  | {
      /** A JWT of the configured issuer, or where to get a fresh one. */
      readonly token: string | (() => string | Promise<string>);
      readonly sign?: never;
    }
  | { readonly sign?: never; readonly token?: never };

export type ArchiverOptions = Authorization & {
  /** The stack's output `ApiUrl`, or the address that `serve` has printed. */
  readonly url: string;
  /** Instead of the global `fetch`. */
  readonly fetch?: Send;
};

export interface Archiver extends ArchiverOperations, Following {}

/**
 * A client of the archiver's HTTP API. Every call rejects with an `ArchiverProblem` where the
 * archiver refuses, and with `ArchiverUnreachable` where no answer came.
 *
 * @throws TypeError if `url` is none
 */
export function createArchiver(options: ArchiverOptions): Archiver {
  const base = new URL(options.url).href.replace(/\/+$/, "");
  const send = options.fetch ?? ((request) => fetch(request));
  const client = createClient<paths>({
    baseUrl: base,
    fetch: repeating(async (request) => send(await authorized(request, options))),
  });
  const job = (videoModelId: string, { signal }: CallOptions = {}) =>
    ({ params: { path: { videoModelId } }, ...(signal && { signal }) }) as const;
  const swap = (idempotencyKey: string, { signal }: CallOptions = {}) =>
    ({ params: { path: { idempotencyKey } }, ...(signal && { signal }) }) as const;

  const calls = {
    async submitJob(body, { signal } = {}) {
      const call = client.POST("/jobs", { body, ...(signal && { signal }) });
      return { job: await read(call), started: (await call).response.status === 202 };
    },
    async listJobs({ limit, ...filter } = {}, { signal } = {}) {
      const query = { ...filter, ...(limit !== undefined && { limit: String(limit) }) };
      return read(client.GET("/jobs", { params: { query }, ...(signal && { signal }) }));
    },
    async getJob(id, options) {
      return read(client.GET("/jobs/{videoModelId}", job(id, options)));
    },
    async cancelJob(id, options) {
      return read(client.DELETE("/jobs/{videoModelId}", job(id, options)));
    },
    async getVideo(videoModelId, { disposition, signal } = {}) {
      const params = { path: { videoModelId }, query: { ...(disposition && { disposition }) } };
      const headers = { accept: "application/json" };
      const call = { params, headers, ...(signal && { signal }) };
      return read(client.GET("/jobs/{videoModelId}/video", call));
    },
    async getCompanion(videoModelId, role, { disposition, signal } = {}) {
      const path = { videoModelId, role };
      const params = { path, query: { ...(disposition && { disposition }) } };
      const headers = { accept: "application/json" };
      const call = { params, headers, ...(signal && { signal }) };
      return read(client.GET("/jobs/{videoModelId}/companions/{role}", call));
    },
    async retryJob(id, options) {
      return read(client.POST("/jobs/{videoModelId}/retry", job(id, options)));
    },
    async createCharacterSwap(body, { idempotencyKey, signal }) {
      const header = { "Idempotency-Key": idempotencyKey };
      const call = { params: { header }, body, ...(signal && { signal }) };
      return read(client.POST("/character-swaps", call));
    },
    async listCharacterSwaps({ state, ...page } = {}, { signal } = {}) {
      const query = { ...pageOf(page), ...(state !== undefined && { state }) };
      return read(client.GET("/character-swaps", { params: { query }, ...(signal && { signal }) }));
    },
    async getCharacterSwap(key, options) {
      return read(client.GET("/character-swaps/{idempotencyKey}", swap(key, options)));
    },
    async settleCharacterSwap(key, body, options) {
      const call = { ...swap(key, options), body };
      return read(client.POST("/character-swaps/{idempotencyKey}/settlement", call));
    },
    async createImport(request, { signal } = {}) {
      const call = { ...importBody(request), ...(signal && { signal }) };
      return read(client.POST("/imports", call));
    },
    async listImports(page = {}, { signal } = {}) {
      const params = { query: pageOf(page) };
      return read(client.GET("/imports", { params, ...(signal && { signal }) }));
    },
    async getImport(importId, { signal } = {}) {
      const call = { params: { path: { importId } }, ...(signal && { signal }) };
      return read(client.GET("/imports/{importId}", call));
    },
    async getLedger(query = {}, { signal } = {}) {
      const call = { params: { query }, ...(signal && { signal }) };
      const ledger = await read(client.GET("/ledger", call));
      if (typeof ledger !== "string") return ledger;
      throw new ArchiverUnreachable("what answers there is not the archiver");
    },
    async getLedgerCsv(query = {}, { signal } = {}) {
      const headers = { accept: "text/csv" };
      const call = {
        params: { query },
        headers,
        parseAs: "text",
        ...(signal && { signal }),
      } as const;
      return read(client.GET("/ledger", call));
    },
    async getSummary({ signal } = {}) {
      return read(client.GET("/summary", { ...(signal && { signal }) }));
    },
    async getOpenApi({ signal } = {}) {
      return read(client.GET("/openapi.json", { ...(signal && { signal }) }));
    },
    async getHealth({ signal } = {}) {
      return read(client.GET("/health", { ...(signal && { signal }) }));
    },
    async probeAkoolWebhook({ signal } = {}) {
      await succeed(client.GET("/webhooks/akool", { ...(signal && { signal }) }));
    },
    async probeAkoolWebhookHead({ signal } = {}) {
      await succeed(client.HEAD("/webhooks/akool", { ...(signal && { signal }) }));
    },
  } satisfies ArchiverOperations & Record<keyof operations, unknown>;
  return { ...calls, ...following(calls) };
}

async function authorized(request: Request, options: Authorization): Promise<Request> {
  if (options.sign !== undefined) return options.sign(request);
  if (options.token === undefined) return request;
  const token = typeof options.token === "string" ? options.token : await options.token();
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}

function pageOf({ limit, cursor }: PageQuery) {
  return {
    ...(limit !== undefined && { limit: String(limit) }),
    ...(cursor !== undefined && { cursor }),
  };
}

function importBody(request: ImportRequest | ImportList) {
  if (!("list" in request)) return { body: request };
  const { list, contentType } = request;
  return {
    // Sent as it is: the type of the document's binary body is text.
    body: list as string,
    bodySerializer: () => list,
    headers: { "Content-Type": contentType },
  };
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

async function read<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const answer = await call.catch(unreadable);
  if (answer.data === undefined) throw refusal(answer);
  return answer.data;
}

async function succeed(call: Promise<Answer<unknown>>): Promise<void> {
  const answer = await call;
  if (!answer.response.ok) throw refusal(answer);
}

/** @throws what the call threw; a body that is no JSON is not the archiver's */
function unreadable(error: unknown): never {
  if (!(error instanceof SyntaxError)) throw error;
  throw new ArchiverUnreachable("what answers there is not the archiver", { cause: error });
}

function refusal({ error, response }: Answer<unknown>): ArchiverProblem | ArchiverUnreachable {
  const { status } = response;
  if (response.ok || status < 400) {
    return new ArchiverUnreachable("what answers there is not the archiver");
  }
  return new ArchiverProblem(asProblem(error, status), retryAfterSeconds(response));
}

/** API Gateway's own refusals are `{"message": …}`; what stands in between may say anything. */
function asProblem(error: unknown, status: number): Problem {
  const told: Record<string, unknown> =
    typeof error === "object" && error !== null ? { ...error } : {};
  const title = told.title ?? told.message ?? `HTTP ${status}`;
  return {
    ...told,
    type: typeof told.type === "string" ? told.type : "about:blank",
    title: String(title),
    detail: typeof told.detail === "string" ? told.detail : "",
    status,
  };
}
