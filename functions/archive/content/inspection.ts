import type { ContentFacts } from "#domain/job/content.ts";
import type { DetectedContent } from "./detect.ts";

/** What was found in a file. */
export interface Findings {
  facts: Partial<ContentFacts>;
  /** What is odd about it, one text each, for a person. */
  doubts: string[];
  /** How it is proved that the end of the file, or a part of it, is missing; undefined if it is not. */
  cut?: string | undefined;
  /** Whether the structure proves that nothing is missing; most formats cannot. */
  isWhole?: boolean;
}

/** What a file was found to be, before there is an object of it. */
export interface InspectedContent extends DetectedContent {
  facts: ContentFacts;
  doubts: string[];
  /** How it is proved that a part of it is missing, though all declared bytes came. */
  cut?: string | undefined;
  /** Whether its structure proves that nothing is missing. */
  isWhole: boolean;
}

/** Bytes that an inspector wants to see next: never before those that it has asked for already. */
export interface Wanted {
  offset: number;
  bytes: number;
}

/** What is known of the file as a whole. */
export interface FileEnd {
  /** Undefined until it is declared, or the end has come. */
  totalBytes: number | undefined;
}

/**
 * Reads a file from front to back, jumping over what it need not see. It is given the bytes that it
 * asks for; fewer only at the end of the file, whose place is known from then on.
 */
export type Inspector = Generator<Wanted, Findings, Buffer>;

/** Makes an inspector of one format. */
export type Inspect = (file: FileEnd) => Inspector;

/** What an inspector may hold of a file in memory at a time. */
export const MAX_READ_BYTES = 8 * 1024 * 1024;
/** Steps of one inspection; a file of valid boxes of the smallest size must not take for ever. */
export const MAX_STEPS = 1_000_000;

/** For what a checker does not understand, which proves nothing against the file. */
export function notUnderstood(why: string): Findings {
  return { facts: {}, doubts: [`its structure was not understood: ${why}`] };
}

/** Asks for the place where the file ends: bytes that no file has are never there. */
export function* endOf(file: FileEnd): Generator<Wanted, number, Buffer> {
  if (file.totalBytes === undefined) yield { offset: Number.MAX_SAFE_INTEGER, bytes: 1 };
  return file.totalBytes ?? 0;
}

/** Runs an inspector over a file that is whole in memory. */
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
