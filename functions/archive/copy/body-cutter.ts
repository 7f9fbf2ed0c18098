import { SourceInterrupted, VideoTooLarge } from "#archive/errors.ts";
import type { BodyReader } from "#archive/source/body-reader.ts";
import type { VideoPart } from "#archive/upload/multipart-upload.ts";
import { MAX_PARTS } from "#archive/upload/part-plan.ts";

interface CutOptions {
  /** Undefined for a chunked body. */
  declaredBytes: number | undefined;
  maxBytes: number;
}

export interface CutPart extends VideoPart {
  /** Of its first byte in the body. */
  offset: number;
  /** Whether it is the last one; then it may be shorter than the buffer. */
  last: boolean;
}

/** Cuts one body into parts for several concurrent callers; each gets the next full buffer. */
export class BodyCutter {
  /** Read so far. */
  bytes = 0;
  /** Cut so far. */
  parts = 0;
  #ended = false;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #reader: BodyReader;
  readonly #options: CutOptions;

  constructor(reader: BodyReader, options: CutOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  /**
   * @param buffer filled, but for the last part
   * @returns undefined when there is no more
   * @throws SourceInterrupted, also when the body ends elsewhere than declared; VideoTooLarge
   */
  next(buffer: Buffer): Promise<CutPart | undefined> {
    const cut = this.#turn.then(() => this.#cut(buffer));
    // A failure is thrown to its own caller only; the next call reads on and meets its own.
    this.#turn = cut.catch(() => {});
    return cut;
  }

  async #cut(buffer: Buffer): Promise<CutPart | undefined> {
    if (this.#ended) return undefined;
    const length = await this.#reader.read(buffer);
    this.bytes += length;
    if (this.bytes > this.#options.maxBytes) {
      throw new VideoTooLarge(`the video has more than ${this.#options.maxBytes} bytes`);
    }
    // Only the byte after the buffer shows whether this part is the last.
    if (length < buffer.length || (await this.#reader.peek(1)).length === 0) this.#end();
    if (length === 0) return undefined;
    this.parts += 1;
    if (this.parts > MAX_PARTS) {
      throw new VideoTooLarge(
        `the video has more than ${MAX_PARTS} parts of ${buffer.length} bytes`,
      );
    }
    return {
      partNumber: this.parts,
      offset: this.bytes - length,
      bytes: buffer.subarray(0, length),
      last: this.#ended,
    };
  }

  #end(): void {
    const { declaredBytes } = this.#options;
    if (declaredBytes !== undefined && declaredBytes !== this.bytes) {
      throw new SourceInterrupted(`got ${this.bytes} of ${declaredBytes} declared bytes`);
    }
    this.#ended = true;
  }
}
