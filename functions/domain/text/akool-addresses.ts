import type { AkoolFields } from "#domain/job/observation.ts";
import { quotedProse, redactPath } from "./redaction.ts";

/** The fields of AKOOL's answer that hold an address, or an object of addresses. */
const ADDRESS_FIELDS: ReadonlySet<string> = new Set([
  "audio_splits",
  "external_video",
  "image_url",
  "video",
  "video_url",
  "webhookUrl",
]);

/** Bytes of UTF-8; no text on a record is longer. */
const TEXT_BYTES = 8_192;

/**
 * AKOOL's fields as they may lie beside the video: addresses without what can be the key to what lies
 * there; everything else as it is, however much a prompt looks like an address, but for the query of a
 * signed one.
 */
export function withoutAddressSecrets(akool: AkoolFields): AkoolFields {
  return Object.fromEntries(
    Object.entries(akool).map(([name, value]) => [
      name,
      ADDRESS_FIELDS.has(name) ? withoutSecretsIn(value) : shown(value),
    ]),
  );
}

function shown(value: unknown): unknown {
  return typeof value === "string" ? quotedProse(value, TEXT_BYTES) : value;
}

function withoutSecretsIn(value: unknown): unknown {
  if (typeof value === "string") return addressWithoutSecrets(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutSecretsIn(inner)]),
  );
}

/**
 * Which file an address names, and nothing that opens it: no query, no fragment, no user and password,
 * and no token or signature that some CDNs take within the path.
 */
export function addressWithoutSecrets(address: string): string {
  // Browsers and Node read a backslash as a slash.
  const anonymous = withoutQuery(address).replace(
    /^([a-z][a-z0-9+.-]*:)?[/\\]{2}[^/\\]*@/i,
    "$1//",
  );
  return redactPath(anonymous);
}

/** The address up to its query or fragment. */
export function withoutQuery(address: string): string {
  return address.replace(/[?#].*$/s, "");
}
