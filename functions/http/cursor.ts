import { invalidRequest } from "./operation.ts";

/** `<acceptedAt>#<videoModelId>`, the key after which a page begins. */
const LIST_KEY = /^\d{4}-\d\d-\d\dT[\d:.]+Z#[\w-]{8,64}$/;

/** An opaque place in the list: clients must not build cursors themselves. */
export function encodeCursor(listKey: string): string {
  return Buffer.from(listKey).toString("base64url");
}

/**
 * @param pattern what the place looks like in this list; default: that of jobs
 * @throws HttpProblem invalid-request for anything that is not one of our cursors
 */
export function decodeCursor(cursor: string, pattern = LIST_KEY): string {
  const listKey = Buffer.from(cursor, "base64url").toString("utf8");
  if (!pattern.test(listKey)) throw unknownCursor();
  return listKey;
}

/** The problem of a cursor that leads nowhere. */
export function unknownCursor() {
  return invalidRequest("query.cursor", "is not a cursor of this API");
}
