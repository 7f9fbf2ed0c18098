import type { DetectedContent } from "./detect.ts";
import { inspectEbml } from "./inspect-ebml.ts";
import { inspectFlv } from "./inspect-flv.ts";
import { inspectIso } from "./inspect-iso.ts";
import { inspectRiff } from "./inspect-riff.ts";
import { inspectTs } from "./inspect-ts.ts";
import type { Inspect } from "./inspection.ts";

const BY_CONTAINER: Readonly<Record<string, Inspect>> = {
  mp4: inspectIso,
  quicktime: inspectIso,
  "3gp": inspectIso,
  "3g2": inspectIso,
  f4a: inspectIso,
  heic: inspectIso,
  avif: inspectIso,
  webm: inspectEbml,
  matroska: inspectEbml,
  "mpeg-ts": inspectTs,
  avi: inspectRiff,
  wav: inspectRiff,
  webp: inspectRiff,
  flv: inspectFlv,
};

/** @returns the inspector of such files; undefined if there is none */
export function inspectorOf({ container }: DetectedContent): Inspect | undefined {
  return BY_CONTAINER[container];
}
