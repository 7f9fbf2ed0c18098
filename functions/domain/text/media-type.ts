/** `type/subtype` of RFC 9110's tokens, no longer than RFC 6838 lets either be. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]{1,127}\/[\w!#$%&'*+.^`|~-]{1,127}$/;

/**
 * What a `Content-Type` says, as a clean `type/subtype` in lower case: without parameters, of the
 * first one where several were sent.
 *
 * @returns nothing for a header that names no type
 */
export function mediaTypeOf(header: string): string | undefined {
  const [type = ""] = header.split(/[;,]/, 1);
  const trimmed = type.trim();
  return MEDIA_TYPE.test(trimmed) ? trimmed.toLowerCase() : undefined;
}
