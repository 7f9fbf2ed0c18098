import * as z from "zod/mini";
import type { ContentFacts } from "./content.ts";
import type { Creation } from "./creation.ts";
import type { AkoolFields } from "./observation.ts";

/** One property of a file, beside what AKOOL says of it and what was asked for. */
export const comparedPropertySchema = z.object({
  /** `durationSeconds`; or `resolution`, the pixels of the shorter side: 720 for AKOOL's `720p`. */
  property: z.enum(["durationSeconds", "resolution"]),
  /** What the file's own bytes say. */
  found: z.number(),
  /** What AKOOL's last answer says: `video_duration`, `resolution`. */
  told: z.optional(z.number()),
  /** What was asked for, where the video was created through the archiver. */
  asked: z.optional(z.number()),
  /** Whether the file is as told and as asked, as far as rounding allows; otherwise it is a doubt. */
  agrees: z.boolean(),
});

export type ComparedProperty = z.infer<typeof comparedPropertySchema>;
type Property = ComparedProperty["property"];

/**
 * AKOOL rounds its durations, and makes 10.5 s of the 10 s that were asked for (both in its samples). A
 * file that is a half or another one is further off than that; so is a piece of 5 s, as it charges them.
 */
const DURATION_TOLERANCE_SECONDS = 3;
const DURATION_TOLERANCE_SHARE = 0.25;

/**
 * Encoders round sides to what a codec takes, and not every picture is 16:9. With a fifth, the ranges of
 * AKOOL's three resolutions touch each other (480p and 720p at 576 pixels, 720p and 1080p at 864), so
 * that hardly a file agrees with two of them.
 */
const RESOLUTION_TOLERANCE_SHARE = 0.2;

/** How far a value may be from the one that was told or asked for. */
const TOLERANCES: Readonly<Record<Property, (expected: number) => number>> = {
  durationSeconds: (seconds) =>
    Math.max(DURATION_TOLERANCE_SECONDS, seconds * DURATION_TOLERANCE_SHARE),
  resolution: (pixels) => pixels * RESOLUTION_TOLERANCE_SHARE,
};

/**
 * What a file is, beside what AKOOL says that it is and what was asked for. A difference refuses
 * nothing: see {@link comparisonDoubts}.
 *
 * @returns a property only where the file tells its own and there is something to compare it with
 */
export function compareFile(
  facts: Partial<ContentFacts>,
  akool: AkoolFields | undefined,
  creation: Creation | undefined,
): ComparedProperty[] {
  const { width, height } = facts;
  const shorterSide =
    width === undefined || height === undefined ? undefined : Math.min(width, height);
  return [
    ...compared("durationSeconds", facts.durationSeconds, [
      positive(akool?.video_duration),
      positive(creation?.durationSeconds),
    ]),
    ...compared("resolution", shorterSide, [
      pixelsOf(akool?.resolution),
      pixelsOf(creation?.resolution),
    ]),
  ];
}

/** Each difference, as a doubt for a person. */
export function comparisonDoubts(comparison: readonly ComparedProperty[]): string[] {
  return comparison
    .filter(({ agrees }) => !agrees)
    .map(({ property, found, told, asked }) => {
      const unit = UNITS[property];
      const isFar = (expected: number | undefined): expected is number =>
        expected !== undefined && !isNear(property, found, expected);
      const reasons = [
        ...(isFar(told) ? [`AKOOL says ${told}${unit}`] : []),
        ...(isFar(asked) ? [`${asked}${unit} was asked for`] : []),
      ];
      return `${FOUND[property](found)}, and ${reasons.join(", and ")}`;
    });
}

const UNITS: Readonly<Record<Property, string>> = { durationSeconds: " s", resolution: "p" };
const FOUND: Readonly<Record<Property, (found: number) => string>> = {
  durationSeconds: (seconds) => `it lasts ${seconds} s`,
  resolution: (pixels) => `its shorter side has ${pixels} pixels`,
};

function compared(
  property: Property,
  found: number | undefined,
  [told, asked]: readonly [number | undefined, number | undefined],
): ComparedProperty[] {
  const expected = [told, asked].filter((value) => value !== undefined);
  if (found === undefined || expected.length === 0) return [];
  return [
    {
      property,
      found,
      ...(told === undefined ? {} : { told }),
      ...(asked === undefined ? {} : { asked }),
      agrees: expected.every((value) => isNear(property, found, value)),
    },
  ];
}

function isNear(property: Property, found: number, expected: number): boolean {
  return Math.abs(found - expected) <= TOLERANCES[property](expected);
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}

/** `720p` as AKOOL documents it, or `1280x720`; anything else says nothing. */
function pixelsOf(resolution: unknown): number | undefined {
  if (typeof resolution !== "string") return undefined;
  const [, lines, width, height] =
    /^\s*(?:(\d{2,5})\s?p|(\d{2,5})\s?[x×*]\s?(\d{2,5}))\s*$/i.exec(resolution) ?? [];
  if (lines !== undefined) return positive(Number(lines));
  return width === undefined ? undefined : positive(Math.min(Number(width), Number(height)));
}
