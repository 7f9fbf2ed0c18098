import { S3Error } from "./s3-error.ts";

/** The query parameters that replace a header of the answer to GET or HEAD, and that header. */
const OVERRIDES = {
  "response-content-disposition": "content-disposition",
  "response-content-type": "content-type",
} as const;

export const RESPONSE_OVERRIDES = Object.keys(OVERRIDES);

const NOT_LATIN_1 = /[^\t\u0020-\u007e\u00a0-\u00ff]/;

/**
 * The headers that the request sets in its response.
 *
 * @throws S3Error InvalidArgument for a value that no header can carry
 */
export function overriddenHeaders(query: URLSearchParams): Record<string, string> {
  const headers = Object.entries(OVERRIDES).flatMap(([parameter, header]) => {
    const value = query.get(parameter);
    if (value === null) return [];
    if (NOT_LATIN_1.test(value)) {
      throw new S3Error(
        "InvalidArgument",
        `Header value cannot be represented using ISO-8859-1: ${parameter}`,
      );
    }
    return [[header, value]];
  });
  return Object.fromEntries(headers);
}
