import type { AkoolFields } from "#domain/job/observation.ts";

/** The fields of AKOOL's answer that hold an address, or an object of addresses. */
const ADDRESS_FIELDS: ReadonlySet<string> = new Set([
  "audio_splits",
  "external_video",
  "image_url",
  "video",
  "video_url",
  "webhookUrl",
]);

/**
 * AKOOL's fields as they may lie beside the video: addresses without their queries, which can be the
 * key to what lies there; everything else as it is, however much a prompt looks like an address.
 */
export function withoutQueries(akool: AkoolFields | undefined): AkoolFields | undefined {
  return (
    akool &&
    Object.fromEntries(
      Object.entries(akool).map(([name, value]) => [
        name,
        ADDRESS_FIELDS.has(name) ? withoutQueryIn(value) : value,
      ]),
    )
  );
}

function withoutQueryIn(value: unknown): unknown {
  if (typeof value === "string") return withoutQuery(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutQueryIn(inner)]),
  );
}

/** The address up to its query or fragment. */
export function withoutQuery(address: string): string {
  return address.replace(/[?#].*$/s, "");
}
