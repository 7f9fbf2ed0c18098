import { Transform, type TransformCallback } from "node:stream";
import { asS3Error, S3Error } from "./s3-error.ts";

/** Longer than any chunk header or trailer line that S3 defines. */
const MAX_LINE_BYTES = 4096;
const MAX_TRAILER_LINES = 16;

/** Signed and unsigned chunk headers; neither chunk signatures nor the request's are checked. */
const CHUNK_HEADER = /^([0-9a-f]{1,8})(?:;chunk-signature=[0-9a-f]{64})?$/i;
const TRAILER = /^([a-z0-9-]+):\s*(.*)$/i;

const NOTHING = Buffer.alloc(0);

/**
 * Removes the `aws-chunked` encoding from a streaming body, and keeps its trailers.
 *
 * Source: Amazon S3 API reference, "Signature calculations for the Authorization header: including
 * trailing headers (chunked upload)".
 *
 * Fails with S3Error IncompleteBody or MalformedTrailerError.
 */
export class AwsChunkedDecoder extends Transform {
  /** Lower-case name → value; complete when the stream has ended. */
  readonly trailers = new Map<string, string>();
  #state: "chunk-header" | "chunk" | "chunk-end" | "trailers" = "chunk-header";
  #line: Buffer = NOTHING;
  #remaining = 0;
  #trailerLines = 0;

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
    try {
      let rest = bytes;
      while (rest.length > 0) {
        rest = this.#state === "chunk" ? this.#takeData(rest) : this.#takeLine(rest);
      }
      done();
    } catch (error) {
      done(asS3Error(error));
    }
  }

  override _flush(done: TransformCallback) {
    const whole = this.#state === "trailers" && this.#line.length === 0;
    done(whole ? null : incomplete("it ended before its last chunk"));
  }

  #takeData(bytes: Buffer): Buffer {
    const data = bytes.subarray(0, this.#remaining);
    this.push(data);
    this.#remaining -= data.length;
    if (this.#remaining === 0) {
      this.#state = "chunk-end";
    }
    return bytes.subarray(data.length);
  }

  #takeLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf("\n");
    const taken = end < 0 ? bytes : bytes.subarray(0, end);
    this.#line = Buffer.concat([this.#line, taken]);
    if (this.#line.length > MAX_LINE_BYTES) {
      throw incomplete("a line of its encoding is too long");
    }
    if (end < 0) {
      return NOTHING;
    }
    const line = this.#line.toString("latin1").trimEnd();
    this.#line = NOTHING;
    this.#readLine(line);
    return bytes.subarray(end + 1);
  }

  #readLine(line: string) {
    if (this.#state === "chunk-header") {
      this.#readChunkHeader(line);
    } else if (this.#state === "trailers") {
      this.#readTrailer(line);
    } else if (line === "") {
      this.#state = "chunk-header";
    } else {
      throw incomplete("a chunk is longer than it says");
    }
  }

  #readChunkHeader(line: string) {
    const size = CHUNK_HEADER.exec(line)?.[1];
    if (size === undefined) {
      throw incomplete("a chunk has no proper header");
    }
    this.#remaining = Number.parseInt(size, 16);
    this.#state = this.#remaining === 0 ? "trailers" : "chunk";
  }

  #readTrailer(line: string) {
    this.#trailerLines += 1;
    const [, name = "", value = ""] = TRAILER.exec(line) ?? [];
    const wellFormed = line === "" || name !== "";
    if (!wellFormed || this.#trailerLines > MAX_TRAILER_LINES) {
      throw new S3Error("MalformedTrailerError", "The trailers of the body cannot be read.");
    }
    if (name !== "") {
      this.trailers.set(name.toLowerCase(), value);
    }
  }
}

function incomplete(reason: string): S3Error {
  return new S3Error("IncompleteBody", `The aws-chunked body cannot be read: ${reason}.`);
}
