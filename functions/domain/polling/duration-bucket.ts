import type { AkoolFields } from "#domain/job/observation.ts";

/**
 * Which jobs are learned from together: those of one resolution, length and product.
 *
 * Sibling products carry `type` and `from`, numbers whose meaning AKOOL does not publish: they tell
 * products apart, and decide nothing else. Character swap carries neither; there the documented inputs
 * (`image_url`, `video_url`, `prompt`) of the answer take their place. So two products that take the
 * same inputs share a bucket, as `animate` and `replace` do, which the answer does not tell apart.
 *
 * @param akool of an unfinished job: AKOOL may change `video_duration` on completion
 * @returns for example `720p/10s/image+video`, or `other/10s/type8+from2` of a translation
 */
export function durationBucket(akool: AkoolFields): string {
  return [resolutionOf(akool), lengthOf(akool), productOf(akool)].join("/");
}

/** Documented are 480p, 720p and 1080p; the number of buckets must not be AKOOL's to choose. */
function resolutionOf({ resolution }: AkoolFields): string {
  return typeof resolution === "string" && /^\d{3,4}p$/i.test(resolution)
    ? resolution.toLowerCase()
    : "other";
}

/** The shortest length that is told apart, in seconds: AKOOL charges for every 5 that are begun. */
const SHORTEST_LENGTH = 5;
const LONGEST_LENGTH = 320;

/** The length of the video, rounded up to 5, 10, 20, … 320 seconds. */
function lengthOf({ video_duration: length }: AkoolFields): string {
  if (typeof length !== "number" || length <= 0) return "other";
  const doublings = Math.max(0, Math.ceil(Math.log2(length / SHORTEST_LENGTH)));
  return `${Math.min(LONGEST_LENGTH, SHORTEST_LENGTH * 2 ** doublings)}s`;
}

function productOf(akool: AkoolFields): string {
  const kind = [...numbered("type", akool.type), ...numbered("from", akool.from)];
  return kind.length > 0 ? kind.join("+") : inputsOf(akool);
}

/** The number of buckets must not be AKOOL's to choose: documented are small whole numbers. */
function numbered(name: string, value: unknown): string[] {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 100
    ? [`${name}${value}`]
    : [];
}

function inputsOf(akool: AkoolFields): string {
  const inputs = { image: akool.image_url, video: akool.video_url, prompt: akool.prompt };
  const present = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== "");
  return present.map(([name]) => name).join("+") || "other";
}
