import type { Access } from "#domain/console-access.ts";

/** A route of the HTTP API, in API Gateway's notation. */
export interface Route {
  readonly method: "GET" | "HEAD" | "POST" | "DELETE";
  readonly path: `/${string}`;
}

/** A route with an authorizer in front of it. */
export interface AuthorizedRoute extends Route {
  /** Which of the console's users may call it; who signs with AWS credentials may call all. */
  readonly access: Access;
}

/** Every route, in one list: API Gateway, the router and the OpenAPI document are made from it. */
export const ROUTES = {
  submitJob: { method: "POST", path: "/jobs", access: "operate" },
  listJobs: { method: "GET", path: "/jobs", access: "read" },
  getJob: { method: "GET", path: "/jobs/{videoModelId}", access: "read" },
  getVideo: { method: "GET", path: "/jobs/{videoModelId}/video", access: "read" },
  getCompanion: {
    method: "GET",
    path: "/jobs/{videoModelId}/companions/{role}",
    access: "read",
  },
  cancelJob: { method: "DELETE", path: "/jobs/{videoModelId}", access: "operate" },
  retryJob: { method: "POST", path: "/jobs/{videoModelId}/retry", access: "operate" },
  createCharacterSwap: { method: "POST", path: "/character-swaps", access: "operate" },
  listCharacterSwaps: { method: "GET", path: "/character-swaps", access: "read" },
  getCharacterSwap: { method: "GET", path: "/character-swaps/{idempotencyKey}", access: "read" },
  settleCharacterSwap: {
    method: "POST",
    path: "/character-swaps/{idempotencyKey}/settlement",
    access: "operate",
  },
  createImport: { method: "POST", path: "/imports", access: "operate" },
  listImports: { method: "GET", path: "/imports", access: "read" },
  getImport: { method: "GET", path: "/imports/{importId}", access: "read" },
  getLedger: { method: "GET", path: "/ledger", access: "read" },
  getSummary: { method: "GET", path: "/summary", access: "read" },
  getOpenApi: { method: "GET", path: "/openapi.json", access: "read" },
  getHealth: { method: "GET", path: "/health", access: "read" },
} as const satisfies Record<string, AuthorizedRoute>;

export type RouteName = keyof typeof ROUTES;

/** AKOOL's callback: the one public route, served by a function of its own. */
export const WEBHOOK_ROUTE = {
  method: "POST",
  path: "/webhooks/akool",
} as const satisfies Route;

/** Providers may probe the webhook's address before they call it. */
export const WEBHOOK_PROBES = [
  { method: "GET", path: WEBHOOK_ROUTE.path },
  { method: "HEAD", path: WEBHOOK_ROUTE.path },
] as const satisfies readonly Route[];
