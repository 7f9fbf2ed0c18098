import { MAX_PARTS } from "#archive/copy/part-plan.ts";
import { SourceInterrupted, VideoTooLarge } from "#archive/errors.ts";
import type { VideoPart } from "#archive/upload/multipart-upload.ts";
import type { BodyReader } from "./body-reader.ts";

export interface CutOptions {
  /** Undefined for a chunked body. */
  declaredBytes: number | undefined;
  maxBytes: number;
}

export interface CutPart extends VideoPart {
  /** Of its first byte in the body. */
  offset: number;
  /** Whether it is the last one, and therefore shorter than the buffer or just as long. */
  last: boolean;
}

/** Cuts one body into parts, for several takers at a time: each gets the next whole buffer of it. */
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
    // Who comes next finds out for himself what became of the body.
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
    // Only the look behind the buffer tells whether it was the last one.
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
