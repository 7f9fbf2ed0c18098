import type { Job } from "@akool-archiver/client";

type Video = NonNullable<Job["video"]>;
type Content = NonNullable<Video["content"]>;
type Compared = NonNullable<Video["comparison"]>[number];

/** One property of the file, as it was found, and as it was told or asked for. */
export interface Fact {
  readonly property: string;
  readonly found: string;
  readonly expected?: string | undefined;
  /** Whether what was found is what was told and asked for; true where nothing was. */
  readonly agrees: boolean;
}

/** What the file is, beside what was asked for where the archiver tells. */
export function factsOf({ content, comparison = [] }: Video): Fact[] {
  const length = comparison.find(({ property }) => property === "durationSeconds");
  const resolution = comparison.find(({ property }) => property === "resolution");
  const known = content ?? { container: "unknown" };
  const facts: [string, string | undefined, Compared | undefined, string][] = [
    ["Format", known.container, undefined, ""],
    ["Length", lengthOf(known, length), length, " s"],
    ["Picture", pictureOf(known, resolution), resolution, "p"],
    ["Frames a second", rounded(known.frameRate), undefined, ""],
    ["Sound", soundOf(known), undefined, ""],
  ];
  return facts.flatMap(([property, found, compared, unit]) =>
    found === undefined
      ? []
      : [
          {
            property,
            found,
            expected: compared && expectedOf(compared, unit),
            agrees: compared?.agrees ?? true,
          },
        ],
  );
}

function expectedOf({ told, asked }: Compared, unit: string): string | undefined {
  const parts = [
    ...(asked === undefined ? [] : [`asked for: ${asked}${unit}`]),
    ...(told === undefined ? [] : [`AKOOL said: ${told}${unit}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function lengthOf({ durationSeconds }: Content, compared: Compared | undefined) {
  const seconds = durationSeconds ?? compared?.found;
  return seconds === undefined ? undefined : `${rounded(seconds)} s`;
}

function pictureOf({ width, height, videoCodec }: Content, compared: Compared | undefined) {
  const size = width === undefined || height === undefined ? undefined : `${width} × ${height}`;
  const parts = [size ?? (compared && `${compared.found}p`), videoCodec];
  return parts.filter((part) => part !== undefined).join(", ") || undefined;
}

function soundOf({ audioCodec, hasAudio }: Content): string | undefined {
  if (audioCodec !== undefined) return audioCodec;
  return hasAudio === false ? "none" : undefined;
}

function rounded(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(Math.round(value * 100) / 100);
}
