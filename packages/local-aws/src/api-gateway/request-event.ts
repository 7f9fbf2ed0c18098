import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { LOCAL_ACCOUNT } from "../template/local-names.ts";
import { decodeLeniently, type RoutedRequest } from "./route-table.ts";

/**
 * Content types that API Gateway treats as text; every other body reaches the function in Base64.
 */
const TEXT = /^(?:text\/|application\/(?:json|xml|javascript)\b|[^;]*\+(?:json|xml)\b)/i;

/** Hop-by-hop headers, and the one that payload v2 carries as `cookies`. */
const NOT_PASSED_ON = new Set([
  "connection",
  "cookie",
  "expect",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** A request as it came in, with its body read. */
export interface ApiRequest {
  message: IncomingMessage;
  body: Buffer;
  apiId: string;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * The event that API Gateway makes of a request: payload format 2.0.
 *
 * Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 * `rawPath` is decoded in spite of its name and `rawQueryString` is not, as in HTTP APIs.
 */
export function requestEvent(request: ApiRequest, { route, parameters }: RoutedRequest) {
  const { message } = request;
  const [path = "", ...query] = String(message.url).split("?");
  const rawQueryString = query.join("?");
  const headers = joined(headerPairs(message));
  const cookies = message.headers.cookie?.split(/; */);
  return {
    version: "2.0",
    routeKey: `${route.method} ${route.path}`,
    rawPath: decodeLeniently(path),
    rawQueryString,
    ...(cookies && { cookies }),
    headers,
    ...(rawQueryString !== "" && {
      queryStringParameters: joined([...new URLSearchParams(rawQueryString)]),
    }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: requestContext(request, `${route.method} ${route.path}`, path, headers),
    ...bodyFields(request.body, headers["content-type"]),
  };
}

function requestContext(
  { message, apiId, now }: ApiRequest,
  routeKey: string,
  path: string,
  headers: Readonly<Record<string, string>>,
) {
  return {
    accountId: LOCAL_ACCOUNT,
    apiId,
    domainName: headers.host ?? "",
    domainPrefix: apiId,
    http: {
      method: message.method,
      path: decodeLeniently(path),
      protocol: `HTTP/${message.httpVersion}`,
      sourceIp: "127.0.0.1",
      userAgent: headers["user-agent"] ?? "",
    },
    requestId: randomUUID(),
    routeKey,
    stage: "$default",
    time: clfTime(now),
    timeEpoch: now,
  };
}

function bodyFields(body: Buffer, contentType: string | undefined) {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = contentType === undefined || TEXT.test(contentType);
  return { body: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText };
}

function headerPairs({ rawHeaders }: IncomingMessage): [string, string][] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names
    .map((name, index): [string, string] => [name.toLowerCase(), rawHeaders[2 * index + 1] ?? ""])
    .filter(([name]) => !NOT_PASSED_ON.has(name));
}

/** Headers of the same name are joined by commas. */
function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(values);
}

/** As in `22/Nov/2026:10:19:55 +0000`. */
function clfTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
