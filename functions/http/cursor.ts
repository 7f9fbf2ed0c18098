import { HttpProblem } from "./problem.ts";

/** `<acceptedAt>#<videoModelId>`, the key after which a page begins. */
const LIST_KEY = /^\d{4}-\d\d-\d\dT[\d:.]+Z#[\w-]{8,64}$/;

/** An opaque place in the list: clients must not build cursors themselves. */
export function encodeCursor(listKey: string): string {
  return Buffer.from(listKey).toString("base64url");
}

/** @throws HttpProblem invalid-request for anything that is not one of our cursors */
export function decodeCursor(cursor: string): string {
  const listKey = Buffer.from(cursor, "base64url").toString("utf8");
  if (!LIST_KEY.test(listKey)) {
    const errors = [{ field: "query.cursor", message: "is not a cursor of this API" }];
    throw new HttpProblem("invalid-request", {
      detail: "query.cursor: is not a cursor of this API",
      members: { errors },
    });
  }
  return listKey;
}
