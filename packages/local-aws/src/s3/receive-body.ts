import { open, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsChunkedDecoder } from "./aws-chunked.ts";
import { type BodyClaims, bodyClaims } from "./body-claims.ts";
import { BodyDigest } from "./digests.ts";
import { S3Error } from "./s3-error.ts";

/** A body in a file, with every claim of the request about it checked. */
export interface ReceivedBody {
  size: number;
  /** MD5 in hexadecimal, which is the ETag of bytes uploaded in one piece. */
  etag: string;
  /** Base64; only when the client sent one, as S3 stores no CRC-32 otherwise. */
  crc32?: string;
}

/**
 * Streams a request's body into a new file and checks it. On any failure the file is deleted.
 *
 * @param onBytes called for every piece as it arrives, before it is checked
 * @throws S3Error BadDigest, IncompleteBody, MissingContentLength, NotImplemented, …
 */
export async function receiveBody(
  request: IncomingMessage,
  path: string,
  onBytes: (bytes: number) => void,
): Promise<ReceivedBody> {
  const claims = bodyClaims(request.headers);
  const digest = new BodyDigest(claims.sha256 !== undefined);
  const decoder = claims.chunked ? new AwsChunkedDecoder() : new PassThrough();
  // Opened first: a stream that opens later may do so after the removal below.
  const file = await open(path, "wx");
  try {
    await pipeline(
      // A failure in the pipeline must leave the connection open for the error response.
      request.iterator({ destroyOnReturn: false }),
      decoder,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const bytes of source) {
          digest.update(bytes);
          onBytes(bytes.length);
          yield bytes;
        }
      },
      file.createWriteStream({ flush: true }),
    );
    return verified(claims, digest, decoder instanceof AwsChunkedDecoder ? decoder.trailers : null);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function verified(
  claims: BodyClaims,
  digest: BodyDigest,
  trailers: ReadonlyMap<string, string> | null,
): ReceivedBody {
  const { size, md5, crc32, sha256 } = digest.finish();
  const claimedCrc32 = claims.crc32InTrailer ? trailers?.get("x-amz-checksum-crc32") : claims.crc32;
  if (claims.crc32InTrailer && claimedCrc32 === undefined) {
    throw new S3Error("MalformedTrailerError", "The declared checksum trailer did not come.");
  }
  if (size !== claims.size) {
    throw new S3Error("IncompleteBody", `The body has ${size} bytes instead of ${claims.size}.`);
  }
  requireEqual("BadDigest", "CRC32", claimedCrc32, crc32);
  requireEqual("BadDigest", "Content-MD5", claims.md5, md5.toString("base64"));
  requireEqual("XAmzContentSHA256Mismatch", "x-amz-content-sha256", claims.sha256, sha256);
  return {
    size,
    etag: md5.toString("hex"),
    ...(claimedCrc32 !== undefined && { crc32: claimedCrc32 }),
  };
}

function requireEqual(
  code: "BadDigest" | "XAmzContentSHA256Mismatch",
  what: string,
  claimed: string | undefined,
  computed: string | undefined,
) {
  if (claimed !== undefined && claimed !== computed) {
    throw new S3Error(code, `The ${what} you specified did not match the calculated checksum.`);
  }
}
