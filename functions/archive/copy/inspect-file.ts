import { DETECTED_BYTES, type DetectedContent, detectContent } from "#archive/content/detect.ts";
import { inspectorOf } from "#archive/content/inspect.ts";
import { type Findings, inspectWhole } from "#archive/content/inspection.ts";
import { pageIn } from "#archive/content/page.ts";
import { PassingFile, type PassingFileOptions } from "#archive/content/passing-file.ts";
import { NotAVideo, SourceChanged } from "#archive/errors.ts";
import type { ContentFacts } from "#domain/job/content.ts";

/** How many of a file's first bytes are kept for the look at it; fewer only of a smaller file. */
export const HEAD_BYTES = 64 * 1024;
/** No format has a file of fewer. */
const LEAST_BYTES = 8;

/** What a file was found to be, before there is an object of it. */
export interface InspectedContent extends DetectedContent {
  facts: ContentFacts;
  doubts: string[];
  /** How it is proved that a part of it is missing, though all declared bytes came. */
  cut?: string | undefined;
  /** Whether its structure proves that nothing is missing. */
  isWhole: boolean;
}

/**
 * What a file is, by its first bytes alone: whatever could be the result that was paid for is one.
 *
 * @param head {@link DETECTED_BYTES}, or all that it has
 * @throws NotAVideo for what is certainly a page of a server, or nothing at all
 */
export async function detectFile(head: Buffer): Promise<DetectedContent> {
  if (head.length < LEAST_BYTES) {
    throw new NotAVideo(`the source served only ${head.length} bytes`);
  }
  const page = pageIn(head.subarray(0, DETECTED_BYTES));
  if (page !== undefined) throw new NotAVideo(`the source served ${page}, not a video`);
  return detectContent(head.subarray(0, DETECTED_BYTES));
}

/**
 * The look at a file that memory holds.
 *
 * @throws NotAVideo
 */
export async function inspectFile(file: Buffer): Promise<InspectedContent> {
  const content = await detectFile(file.subarray(0, DETECTED_BYTES));
  const inspect = inspectorOf(content);
  return asInspected(content, inspect && inspectWhole(file, inspect));
}

/** The look at a file whose parts pass by, on their way to a store that has no object of it yet. */
export class FileInspection {
  readonly #content: DetectedContent;
  readonly #passing: PassingFile | undefined;

  /** @param content as the file was detected when it was opened */
  constructor(content: DetectedContent, options: PassingFileOptions) {
    this.#content = content;
    const inspect = inspectorOf(content);
    this.#passing = inspect && new PassingFile(inspect, options);
  }

  /** How it is proved that the file is cut, when the parts that have passed prove it already. */
  get cut(): string | undefined {
    return this.#passing?.findings?.cut;
  }

  /** Shows the file's first bytes, which the parts will have again. */
  show(head: Buffer): void {
    this.#passing?.show(head);
  }

  /** See {@link PassingFile.pass}. */
  async pass(offset: number, bytes: Buffer, signal: AbortSignal): Promise<void> {
    await this.#passing?.pass(offset, bytes, signal);
  }

  /** See {@link PassingFile.recheck}. */
  recheck(): void {
    this.#passing?.recheck();
  }

  /**
   * @param file its size, and its first bytes as they were sent to the store
   * @param fetch see {@link PassingFile.finish}
   * @throws NotAVideo; SourceChanged when what was sent is of another kind than what was opened
   */
  async finish(
    { totalBytes, head }: { totalBytes: number; head: Buffer },
    fetch?: (offset: number, bytes: number) => Promise<Buffer>,
  ): Promise<InspectedContent> {
    const sent = await detectFile(head.subarray(0, DETECTED_BYTES));
    if (sent.extension !== this.#content.extension) {
      throw new SourceChanged(
        `the source served ${this.#content.container}, then ${sent.container}`,
      );
    }
    return asInspected(this.#content, await this.#passing?.finish(totalBytes, fetch));
  }
}

function asInspected(content: DetectedContent, findings: Findings | undefined): InspectedContent {
  const { facts = {}, doubts = [], cut, isWhole = false } = findings ?? {};
  const isUnknown = content.container === "unknown";
  return {
    ...content,
    facts: { container: content.container, ...facts },
    doubts: isUnknown ? ["its bytes are of no format that is known"] : doubts,
    cut,
    isWhole,
  };
}
