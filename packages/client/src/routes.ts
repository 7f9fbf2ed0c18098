// Generated from openapi.json by `npm run generate`; do not edit.

/** Every authorized route of the API: method, and path with its `{parameters}`. */
export const API_ROUTES = [
  ["POST", "/jobs"],
  ["GET", "/jobs"],
  ["GET", "/jobs/{videoModelId}"],
  ["DELETE", "/jobs/{videoModelId}"],
  ["GET", "/jobs/{videoModelId}/video"],
  ["GET", "/jobs/{videoModelId}/companions/{role}"],
  ["POST", "/jobs/{videoModelId}/retry"],
  ["POST", "/character-swaps"],
  ["GET", "/character-swaps"],
  ["GET", "/character-swaps/{idempotencyKey}"],
  ["POST", "/character-swaps/{idempotencyKey}/settlement"],
  ["POST", "/imports"],
  ["GET", "/imports"],
  ["GET", "/imports/{importId}"],
  ["GET", "/ledger"],
  ["GET", "/summary"],
  ["GET", "/openapi.json"],
  ["GET", "/health"],
] as const satisfies readonly (readonly [method: string, path: string])[];
