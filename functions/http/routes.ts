/** A route of the HTTP API, in API Gateway's notation. */
export interface Route {
  readonly method: "GET" | "HEAD" | "POST" | "DELETE";
  readonly path: `/${string}`;
}

/** Every route, in one list: API Gateway, the router and the OpenAPI document are made from it. */
export const ROUTES = {
  submitJob: { method: "POST", path: "/jobs" },
  listJobs: { method: "GET", path: "/jobs" },
  getJob: { method: "GET", path: "/jobs/{videoModelId}" },
  getVideo: { method: "GET", path: "/jobs/{videoModelId}/video" },
  cancelJob: { method: "DELETE", path: "/jobs/{videoModelId}" },
  retryJob: { method: "POST", path: "/jobs/{videoModelId}/retry" },
  createCharacterSwap: { method: "POST", path: "/character-swaps" },
  getCharacterSwap: { method: "GET", path: "/character-swaps/{idempotencyKey}" },
  settleCharacterSwap: { method: "POST", path: "/character-swaps/{idempotencyKey}/settlement" },
  createImport: { method: "POST", path: "/imports" },
  getImport: { method: "GET", path: "/imports/{importId}" },
  getOpenApi: { method: "GET", path: "/openapi.json" },
  getHealth: { method: "GET", path: "/health" },
} as const satisfies Record<string, Route>;

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
