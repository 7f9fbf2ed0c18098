/**
 * Bytes of JSON that a page of a list may have as the function returns it. Lambda takes 6 MB, and API
 * Gateway 10 MB; the rest is for what surrounds the list. One record always fits: DynamoDB holds
 * 400 kB at most, of which not even escapes make more than 2.8 MB.
 * Source: Lambda quotas, "invocation payload", response; it counts the JSON around the body as well.
 */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/**
 * Bytes that a value takes in a function's answer: the body is JSON, and travels as a text within
 * JSON, so that every quotation mark takes two bytes and every escaped character one more.
 */
export function answerBytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(value)));
}
