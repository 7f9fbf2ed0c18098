/** An answer of AKOOL is about 1 kB; a page that is larger than this is not one. */
const MAX_BODY_BYTES = 1_048_576;

/**
 * The text of an answer, however it was sent.
 *
 * @throws AkoolBodyTooLarge
 */
export async function boundedText(response: {
  body: AsyncIterable<Uint8Array> | null;
}): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new AkoolBodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The answer is larger than any answer of infobymodelid can be. */
class AkoolBodyTooLarge extends Error {
  override readonly name = "AkoolBodyTooLarge";
}
