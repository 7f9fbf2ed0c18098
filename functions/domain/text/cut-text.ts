/**
 * The beginning of a text, as far as it fits: cut between characters, and well-formed.
 *
 * @param maxBytes of UTF-8
 */
export function cutText(text: string, maxBytes: number): string {
  const wellFormed = text.toWellFormed();
  if (Buffer.byteLength(wellFormed) <= maxBytes) return wellFormed;
  const { read } = new TextEncoder().encodeInto(wellFormed, new Uint8Array(maxBytes));
  return wellFormed.slice(0, read);
}
