import { DETECTED_BYTES, type DetectedContent, detectContent } from "#archive/content/detect.ts";
import { inspectorOf } from "#archive/content/inspect.ts";
import { type Findings, type InspectedContent, inspectWhole } from "#archive/content/inspection.ts";
import { pageIn } from "#archive/content/page.ts";
import { PassingFile, type PassingFileOptions } from "#archive/content/passing-file.ts";
import { NotAVideo, SourceChanged } from "#archive/errors.ts";

/** How many of a file's first bytes an inspection needs; fewer only of a smaller file. */
export const HEAD_BYTES = 64 * 1024;
/** No format has a smaller file. */
const LEAST_BYTES = 8;

/**
 * What a file is, by its first bytes alone. Whatever may be the result that was paid for counts as a
 * video.
 *
 * @param head {@link DETECTED_BYTES}, or all that it has
 * @throws NotAVideo for what is certainly a server's page, or nothing at all
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
 * Inspects a file that is whole in memory.
 *
 * @throws NotAVideo
 */
export async function inspectFile(file: Buffer): Promise<InspectedContent> {
  const content = await detectFile(file.subarray(0, DETECTED_BYTES));
  const inspect = inspectorOf(content);
  return asInspected(content, inspect && inspectWhole(file, inspect));
}

/** Inspects a file while its parts pass by, on their way to a store that has no object of it yet. */
export class FileInspection {
  readonly #content: DetectedContent;
  readonly #passing: PassingFile | undefined;

  /** @param content as the file was detected when it was opened */
  constructor(content: DetectedContent, options: PassingFileOptions) {
    this.#content = content;
    const inspect = inspectorOf(content);
    this.#passing = inspect && new PassingFile(inspect, options);
  }

  /** How it is proved that the file is cut, once the parts that have passed prove it. */
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
   * @throws NotAVideo; SourceChanged when the file sent is of another kind than the file opened
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

/** A file of sound alone has sound, whether its structure is read or not. */
function soundOf({ contentType }: DetectedContent): { hasAudio?: true } {
  return contentType.startsWith("audio/") ? { hasAudio: true } : {};
}

function asInspected(content: DetectedContent, findings: Findings | undefined): InspectedContent {
  const { facts = {}, doubts = [], cut, isWhole = false } = findings ?? {};
  const isUnknown = content.container === "unknown";
  return {
    ...content,
    facts: { container: content.container, ...soundOf(content), ...facts },
    doubts: isUnknown ? ["its bytes are of no format that is known"] : doubts,
    cut,
    isWhole,
  };
}
