import {
  type FileEnd,
  type Findings,
  type Inspect,
  type Inspector,
  MAX_READ_BYTES,
  MAX_STEPS,
  notUnderstood,
  type Wanted,
} from "./inspection.ts";

/** Bytes that the inspector has not reached yet. */
interface WaitingPart {
  offset: number;
  bytes: Buffer;
  release: () => void;
}

/** How many pieces of a file are fetched at the end, if not all of its parts have passed by. */
const MAX_FETCHES = 256;

export interface PassingFileOptions {
  /** Undefined if it is not declared. */
  totalBytes: number | undefined;
  /** Whether the byte at an offset will pass by soon; default: all will. */
  willPass?: (offset: number) => boolean;
}

/**
 * Feeds a file to an inspector while its parts pass by, in any order, so that none is read twice. A part
 * that comes too early waits while an earlier one that the inspector needs is on its way: its owner is
 * blocked, and only the bytes that the inspector asks for are copied. Bytes that did not pass by are
 * fetched at the end.
 */
export class PassingFile {
  readonly #file: FileEnd;
  readonly #inspector: Inspector;
  readonly #willPass: (offset: number) => boolean;
  readonly #waiting = new Set<WaitingPart>();
  #steps = 0;
  #wanted: Wanted = { offset: 0, bytes: 0 };
  #target: Buffer = Buffer.alloc(0);
  #filled = 0;
  #findings: Findings | undefined;

  constructor(inspect: Inspect, { totalBytes, willPass = () => true }: PassingFileOptions) {
    this.#file = { totalBytes };
    this.#willPass = willPass;
    this.#inspector = inspect(this.#file);
    this.#step(Buffer.alloc(0));
    this.#skipBeyondEnd();
  }

  /** The findings, as soon as they are known; before the end of the file only if they are certain. */
  get findings(): Findings | undefined {
    return this.#findings;
  }

  /**
   * @param bytes not changed before the promise resolves
   * @param signal ends the wait
   */
  async pass(offset: number, bytes: Buffer, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const release = () => resolve();
    const part = { offset, bytes, release };
    this.#waiting.add(part);
    signal.addEventListener("abort", release, { once: true });
    if (signal.aborted) release();
    this.#takeWaiting();
    await promise;
    this.#waiting.delete(part);
    signal.removeEventListener("abort", release);
  }

  /** Feeds the first bytes ahead of the parts. */
  show(head: Buffer): void {
    this.#take(0, head);
    this.#skipBeyondEnd();
  }

  /** Releases the parts that wait for bytes that will not pass by after all. */
  recheck(): void {
    this.#takeWaiting();
  }

  /**
   * Ends the inspection, once all parts have passed by.
   *
   * @param fetch gets bytes that did not pass by, because an earlier run sent them; without it, they are
   *   reported as not understood
   * @throws what `fetch` throws
   */
  async finish(
    totalBytes: number,
    fetch?: (offset: number, bytes: number) => Promise<Buffer>,
  ): Promise<Findings> {
    this.#file.totalBytes = totalBytes;
    this.#skipBeyondEnd();
    for (let fetches = 0; this.#findings === undefined; fetches++) {
      if (fetch === undefined || fetches === MAX_FETCHES) {
        return notUnderstood("it has too many pieces");
      }
      const bytes = Math.min(this.#target.length - this.#filled, totalBytes - this.#position);
      this.#take(this.#position, await fetch(this.#position, bytes));
      this.#skipBeyondEnd();
    }
    return this.#findings;
  }

  /** The byte that the inspector needs next. */
  get #position(): number {
    return this.#wanted.offset + this.#filled;
  }

  #takeWaiting(): void {
    let hasMoved = true;
    while (hasMoved && this.#findings === undefined) {
      const [steps, position] = [this.#steps, this.#position];
      for (const { offset, bytes } of this.#waiting) this.#take(offset, bytes);
      this.#skipBeyondEnd();
      hasMoved = steps !== this.#steps || position !== this.#position;
    }
    for (const { offset, bytes, release } of this.#waiting) {
      const isSeen = offset + bytes.length <= this.#position;
      if (isSeen || this.#findings !== undefined || !this.#willPass(this.#position)) release();
    }
  }

  #take(offset: number, bytes: Buffer): void {
    while (this.#findings === undefined) {
      const at = this.#position - offset;
      if (at < 0 || at >= bytes.length) return;
      this.#filled += bytes.copy(this.#target, this.#filled, at);
      if (this.#filled < this.#target.length) return;
      this.#step(this.#target);
    }
  }

  /** Answers requests for bytes beyond the end of the file. */
  #skipBeyondEnd(): void {
    const { totalBytes } = this.#file;
    while (
      totalBytes !== undefined &&
      this.#findings === undefined &&
      this.#position >= totalBytes
    ) {
      this.#step(this.#target.subarray(0, this.#filled));
    }
  }

  #step(bytes: Buffer): void {
    try {
      this.#steps += 1;
      const step = this.#inspector.next(bytes);
      if (step.done) {
        this.#findings = step.value;
        return;
      }
      if (this.#steps > MAX_STEPS) throw new RangeError("too many pieces");
      this.#wanted = step.value;
      this.#filled = 0;
      this.#target = this.#bufferFor(step.value);
    } catch (error) {
      this.#findings = notUnderstood(error instanceof Error ? error.name : "unknown error");
    }
  }

  #bufferFor({ offset, bytes }: Wanted): Buffer {
    const rest = Math.max(0, (this.#file.totalBytes ?? Number.MAX_SAFE_INTEGER) - offset);
    return Buffer.allocUnsafeSlow(Math.min(bytes, MAX_READ_BYTES, Math.max(rest, 1)));
  }
}
