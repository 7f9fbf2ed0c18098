import type { Readable } from "node:stream";
import { SourceInterrupted } from "#archive/errors.ts";

export interface BodyLimits {
  /** Milliseconds that the source may let a read wait. */
  idleTimeoutMs: number;
  /** Ends the request. */
  signal: AbortSignal;
}

/**
 * Reads a body piece by piece into the caller's buffers. A stall counts only while a read waits, so
 * that a slow reader is never mistaken for a slow source.
 */
export class BodyReader {
  readonly #body: Readable;
  readonly #limits: BodyLimits;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(body: Readable, limits: BodyLimits) {
    this.#body = body;
    this.#limits = limits;
    this.#chunks = body[Symbol.asyncIterator]();
    // Nobody handles an error between two reads; the next read throws it.
    body.on("error", () => {});
  }

  /**
   * @returns how many bytes were filled in: fewer than the target has only at the body's end
   * @throws SourceInterrupted
   */
  async read(target: Buffer): Promise<number> {
    let filled = 0;
    while (filled < target.length && (await this.#hasBytes())) {
      const taken = this.#rest.copy(target, filled);
      this.#rest = this.#rest.subarray(taken);
      filled += taken;
    }
    return filled;
  }

  /**
   * The rest of the body, chunk by chunk as it arrives.
   *
   * @throws SourceInterrupted
   */
  async *chunks(): AsyncGenerator<Buffer> {
    while (await this.#hasBytes()) {
      const chunk = this.#rest;
      this.#rest = Buffer.alloc(0);
      yield chunk;
    }
  }

  /**
   * The bytes that the next read begins with.
   *
   * @returns fewer only if the body has no more
   * @throws SourceInterrupted
   */
  async peek(bytes: number): Promise<Buffer> {
    while (this.#rest.length < bytes) {
      const chunk = await this.#nextChunk();
      if (chunk === undefined) break;
      this.#rest = Buffer.concat([this.#rest, chunk]);
    }
    return this.#rest.subarray(0, bytes);
  }

  /** As {@link peek}, but of a body that breaks off as many as have come; the next read fails. */
  async peekUntilBroken(bytes: number): Promise<Buffer> {
    const seen = await this.peek(bytes).catch((error: unknown) => {
      // A body that broke off before its first byte has nothing to return.
      if (!(error instanceof SourceInterrupted) || this.#rest.length === 0) throw error;
      return this.#rest;
    });
    return seen.subarray(0, bytes);
  }

  async #hasBytes(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const chunk = await this.#nextChunk();
      if (chunk === undefined) return false;
      this.#rest = chunk;
    }
    return true;
  }

  async #nextChunk(): Promise<Buffer | undefined> {
    const { idleTimeoutMs } = this.#limits;
    const stalled = setTimeout(() => {
      this.#body.destroy(new SourceInterrupted(`no byte for ${idleTimeoutMs / 1000} s`));
    }, idleTimeoutMs);
    try {
      const next = await this.#chunks.next();
      return next.done ? undefined : next.value;
    } catch (error) {
      throw this.#asInterruption(error);
    } finally {
      clearTimeout(stalled);
    }
  }

  #asInterruption(error: unknown): SourceInterrupted {
    if (error instanceof SourceInterrupted) return error;
    const cause = error;
    if (this.#limits.signal.aborted) {
      return new SourceInterrupted("the download took too long", { cause });
    }
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    return new SourceInterrupted(`the body broke off: ${code}`, { cause });
  }
}
