import type { ContentFacts } from "#domain/job/content.ts";
import type { DetectedContent } from "./detect.ts";

/** The findings of an inspection. */
export interface Findings {
  facts: Partial<ContentFacts>;
  /** What is odd about it, one text each, for a person. */
  doubts: string[];
  /** The proof that the end of the file, or a part of it, is missing; undefined without one. */
  cut?: string | undefined;
  /** Whether the structure proves that nothing is missing; most formats cannot. */
  isWhole?: boolean;
}

/** What a file was found to be, before there is an object of it. */
export interface InspectedContent extends DetectedContent {
  facts: ContentFacts;
  doubts: string[];
  /** The proof that a part of it is missing, although all declared bytes came. */
  cut?: string | undefined;
  /** Whether its structure proves that nothing is missing. */
  isWhole: boolean;
}

/** Bytes that an inspector asks for next; offsets never decrease. */
export interface Wanted {
  offset: number;
  bytes: number;
}

/** What is known of the file as a whole. */
export interface FileEnd {
  /** Undefined until it is declared, or the end is reached. */
  totalBytes: number | undefined;
}

/**
 * Reads a file from front to back, and skips what it does not need. It receives the bytes that it asks
 * for; fewer only at the end of the file, whose size is known from then on. Decision 0060.
 */
export type Inspector = Generator<Wanted, Findings, Buffer>;

/** Creates the inspector of one format. */
export type Inspect = (file: FileEnd) => Inspector;

/** How much of a file an inspector may hold in memory at a time. */
export const MAX_READ_BYTES = 8 * 1024 * 1024;
/** Limit for the steps of one inspection: a file may consist of millions of tiny boxes. */
export const MAX_STEPS = 1_000_000;

/** For a structure that an inspector does not understand, which proves nothing against the file. */
export function notUnderstood(why: string): Findings {
  return { facts: {}, doubts: [`its structure was not understood: ${why}`] };
}

/** Finds out the size of the file, by asking for bytes beyond any end. */
export function* endOf(file: FileEnd): Generator<Wanted, number, Buffer> {
  if (file.totalBytes === undefined) yield { offset: Number.MAX_SAFE_INTEGER, bytes: 1 };
  return file.totalBytes ?? 0;
}

/** Inspects a file that is whole in memory. */
export function inspectWhole(file: Buffer, inspect: Inspect): Findings {
  const inspector = inspect({ totalBytes: file.length });
  try {
    let step = inspector.next();
    for (let steps = 0; !step.done && steps < MAX_STEPS; steps++) {
      const { offset, bytes } = step.value;
      step = inspector.next(file.subarray(offset, offset + bytes));
    }
    return step.done ? step.value : notUnderstood("it has too many pieces");
  } catch (error) {
    return notUnderstood(error instanceof Error ? error.name : "unknown error");
  }
}
