import { Transform, type TransformCallback } from "node:stream";
import { NotAVideo, SourceInterrupted, VideoTooLarge } from "./errors.ts";

/**
 * Content types of error pages. Any other passes on to the look at the bytes: AKOOL documents no
 * type for its videos, and a video with a careless type is still a video.
 */
const PAGE_TYPES = /^(text\/(html|xml)|application\/([a-z-]+\+)?(json|xml))/i;

/**
 * Boxes that an MP4, M4V or QuickTime file may begin with (ISO/IEC 14496-12; the QuickTime file
 * format for files without `ftyp`).
 */
const LEADING_BOXES: ReadonlySet<string> = new Set([
  "ftyp",
  "moov",
  "mdat",
  "free",
  "skip",
  "wide",
  "pnot",
]);

/** A box starts with its size (4 bytes) and its type (4 bytes). */
const BOX_HEADER_BYTES = 8;

/** @throws NotAVideo when the declared type is that of a page */
export function assertVideoType(contentType: string): void {
  if (PAGE_TYPES.test(contentType)) {
    throw new NotAVideo(`the source served ${contentType}, not a video`);
  }
}

export interface ExpectedContent {
  /** Undefined for a chunked body. */
  declaredBytes: number | undefined;
  /** Cap in bytes. */
  maxBytes: number;
  /** Milliseconds that the source may let the check wait. */
  idleTimeoutMs: number;
}

/**
 * Lets a video's bytes through and fails the pipeline before its end when they are none: a wrong
 * leading box, more bytes than allowed, another count than the origin declared, or a source that
 * stalls. A slow reader behind it is not the source's fault and never counts as a stall.
 */
export class ContentCheck extends Transform {
  bytes = 0;
  readonly #expected: ExpectedContent;
  readonly #stalled: NodeJS.Timeout;
  #head: Buffer | undefined = Buffer.alloc(0);

  constructor(expected: ExpectedContent) {
    super();
    this.#expected = expected;
    this.#stalled = setTimeout(() => this.#onSilence(), expected.idleTimeoutMs);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#stalled.refresh();
    this.bytes += chunk.length;
    if (this.bytes > this.#expected.maxBytes) {
      done(new VideoTooLarge(`the video has more than ${this.#expected.maxBytes} bytes`));
    } else if (this.#head === undefined) {
      done(null, chunk);
    } else {
      this.#examineHead(Buffer.concat([this.#head, chunk]), done);
    }
  }

  override _flush(done: TransformCallback): void {
    const { declaredBytes } = this.#expected;
    if (declaredBytes !== undefined && declaredBytes !== this.bytes) {
      done(new SourceInterrupted(`got ${this.bytes} of ${declaredBytes} declared bytes`));
    } else if (this.#head !== undefined) {
      done(new NotAVideo(`the source served only ${this.bytes} bytes`));
    } else {
      done();
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#stalled);
    done(error);
  }

  #onSilence(): void {
    if (this.writableLength > 0 || this.writableEnded) {
      this.#stalled.refresh();
    } else {
      const seconds = this.#expected.idleTimeoutMs / 1000;
      this.destroy(new SourceInterrupted(`no byte for ${seconds} s`));
    }
  }

  /** Nothing is passed on before the leading box is known, so a page never reaches the store. */
  #examineHead(head: Buffer, done: TransformCallback): void {
    if (head.length < BOX_HEADER_BYTES) {
      this.#head = head;
      done();
      return;
    }
    const box = head.toString("latin1", 4, BOX_HEADER_BYTES);
    if (!LEADING_BOXES.has(box)) {
      done(new NotAVideo("the source served something that does not begin like an MP4 file"));
      return;
    }
    this.#head = undefined;
    done(null, head);
  }
}
