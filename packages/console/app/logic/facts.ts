import type { Job } from "@akool-archiver/client";

/** One property of the file, as it was found, and as it was told or asked for. */
export interface ComparedFact {
  readonly property: string;
  readonly found: string;
  readonly expected: string | undefined;
  readonly agrees: boolean;
}

type Value = string | number;

/** As the archiver compares; the values may be of any size. */
export interface Comparison {
  readonly property: string;
  readonly found?: Value | undefined;
  readonly told?: Value | undefined;
  readonly asked?: Value | undefined;
  readonly agrees: boolean;
}

/** What the file is, beside what was asked for where the archiver tells. */
export function factsOf(
  video: NonNullable<Job["video"]>,
  comparisons: readonly Comparison[] = [],
): ComparedFact[] {
  const compared = comparisons.map(({ property, found, told, asked, agrees }) => ({
    property: property.replaceAll(/([A-Z])/g, " $1").toLowerCase(),
    found: found === undefined ? "not told" : String(found),
    expected: expectedOf(told, asked),
    agrees,
  }));
  return [...contentFacts(video), ...compared];
}

function expectedOf(told: Value | undefined, asked: Value | undefined): string | undefined {
  const parts = [
    ...(asked === undefined ? [] : [`asked for: ${asked}`]),
    ...(told === undefined ? [] : [`AKOOL said: ${told}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function contentFacts({ content }: NonNullable<Job["video"]>): ComparedFact[] {
  if (content === undefined) return [];
  const { container, durationSeconds, width, height, frameRate, videoCodec, audioCodec } = content;
  const known: [string, string | undefined][] = [
    ["format", container],
    ["length", durationSeconds === undefined ? undefined : `${round(durationSeconds)} s`],
    ["size", width === undefined || height === undefined ? undefined : `${width} × ${height}`],
    ["frames a second", frameRate === undefined ? undefined : String(round(frameRate))],
    ["picture", videoCodec],
    ["sound", audioCodec ?? "none"],
  ];
  return known.flatMap(([property, found]) =>
    found === undefined ? [] : [{ property, found, expected: undefined, agrees: true }],
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
