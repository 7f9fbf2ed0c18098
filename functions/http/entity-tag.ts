import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** 128 bits of the body's SHA-256: two bodies with one tag do not come about by chance. */
const TAG_CHARACTERS = 22;

/**
 * Gives a JSON answer to GET an `ETag` over its body, and answers 304 where the caller has named it.
 * What is read for an answer is read all the same: it saves sending it and parsing it.
 *
 * The tag is weak: answers that say the same may have one tag, and whatever compresses the answer on
 * its way would make a strong one wrong. `Cache-Control` stays `no-store`: whoever polls keeps the body
 * in memory. Decision 0084.
 *
 * Source: RFC 9110, 8.8.3 and 13.1.2.
 *
 * @param tagOver what the tag is over; the whole body unless given
 */
export function withEntityTag(
  { headers, requestContext }: APIGatewayProxyEventV2,
  reply: APIGatewayProxyStructuredResultV2,
  tagOver?: unknown,
): APIGatewayProxyStructuredResultV2 {
  const { statusCode, body, headers: sent = {} } = reply;
  const isJson = sent["content-type"] === "application/json";
  if (requestContext.http.method !== "GET" || statusCode !== 200 || !isJson) return reply;
  const tagged = tagOver === undefined ? String(body) : JSON.stringify(tagOver);
  const tag = createHash("sha256").update(tagged).digest("base64url");
  const etag = `W/"${tag.slice(0, TAG_CHARACTERS)}"`;
  if (!names(headers["if-none-match"], etag)) {
    return { ...reply, headers: { ...sent, etag } };
  }
  return { statusCode: 304, headers: { "cache-control": String(sent["cache-control"]), etag } };
}

/** Compared weakly, as `If-None-Match` asks for: a strong tag of the same text is the same. */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim());
  return known.includes("*") || known.some((tag) => etag === `W/${tag.replace(/^W\//, "")}`);
}
