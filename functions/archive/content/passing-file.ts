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

/** Bytes that wait for the inspector, which has not come to them yet. */
interface Held {
  offset: number;
  bytes: Buffer;
  release: () => void;
}

/** How often the rest of a file is asked for, piece by piece, when its parts have not all passed. */
const MAX_FETCHES = 256;

export interface PassingFileOptions {
  /** Undefined where it is not declared. */
  totalBytes: number | undefined;
  /** Whether the byte at a place is sure to pass, and soon; default: every one is. */
  isToPass?: (offset: number) => boolean;
}

/**
 * Shows a file to an inspector while its parts pass by, in any order, so that none is read twice. A part
 * that comes too early is held while what the inspector wants before it is on its way: its owner waits,
 * and nothing is copied but what the inspector has asked for. What passed unseen is fetched at the end.
 */
export class PassingFile {
  readonly #file: FileEnd;
  readonly #inspector: Inspector;
  readonly #isToPass: (offset: number) => boolean;
  readonly #held = new Set<Held>();
  #steps = 0;
  #wanted: Wanted = { offset: 0, bytes: 0 };
  #target: Buffer = Buffer.alloc(0);
  #filled = 0;
  #findings: Findings | undefined;

  constructor(inspect: Inspect, { totalBytes, isToPass = () => true }: PassingFileOptions) {
    this.#file = { totalBytes };
    this.#isToPass = isToPass;
    this.#inspector = inspect(this.#file);
    this.#step(Buffer.alloc(0));
    this.#skipWhatIsBeyond();
  }

  /** What is known before the end of the file has passed. */
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
    const held = { offset, bytes, release };
    this.#held.add(held);
    signal.addEventListener("abort", release, { once: true });
    if (signal.aborted) release();
    this.#takeWhatIsHeld();
    await promise;
    this.#held.delete(held);
    signal.removeEventListener("abort", release);
  }

  /** Shows the first bytes, for all that they tell already. */
  show(head: Buffer): void {
    this.#take(0, head);
    this.#skipWhatIsBeyond();
  }

  /** Something that was to pass does not: nobody is to wait for it. */
  recheck(): void {
    this.#takeWhatIsHeld();
  }

  /**
   * The end of the file: all parts have passed.
   *
   * @param fetch gets what has passed unseen, in an earlier run; without it, that is not understood
   * @throws what `fetch` throws
   */
  async finish(
    totalBytes: number,
    fetch?: (offset: number, bytes: number) => Promise<Buffer>,
  ): Promise<Findings> {
    this.#file.totalBytes = totalBytes;
    this.#skipWhatIsBeyond();
    for (let fetches = 0; this.#findings === undefined; fetches++) {
      if (fetch === undefined || fetches === MAX_FETCHES) {
        return notUnderstood("it has too many pieces");
      }
      const bytes = Math.min(this.#target.length - this.#filled, totalBytes - this.#position);
      this.#take(this.#position, await fetch(this.#position, bytes));
      this.#skipWhatIsBeyond();
    }
    return this.#findings;
  }

  /** The byte that the inspector needs next. */
  get #position(): number {
    return this.#wanted.offset + this.#filled;
  }

  #takeWhatIsHeld(): void {
    let hasMoved = true;
    while (hasMoved && this.#findings === undefined) {
      const [steps, position] = [this.#steps, this.#position];
      for (const { offset, bytes } of this.#held) this.#take(offset, bytes);
      this.#skipWhatIsBeyond();
      hasMoved = steps !== this.#steps || position !== this.#position;
    }
    for (const { offset, bytes, release } of this.#held) {
      const isSeen = offset + bytes.length <= this.#position;
      if (isSeen || this.#findings !== undefined || !this.#isToPass(this.#position)) release();
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

  /** Answers what no byte of the file can answer any more. */
  #skipWhatIsBeyond(): void {
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
