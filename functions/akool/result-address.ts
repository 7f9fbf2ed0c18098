import { isLoopbackHttp } from "#domain/settings/loopback.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { trimmed } from "#domain/text/lenient-json.ts";
import { isRecord } from "./tolerant-json.ts";

/** Signed addresses are long; a job's record holds a few of this size. In bytes. */
const MAX_ADDRESS_BYTES = 8_192;

/** How much of an address that cannot be used is shown. */
const SHOWN_CHARACTERS = 200;

/** Where the generated video is; a problem names an address that cannot be fetched from. */
export type ResultAddress = { url: string; note?: string } | { problem: string };

/** An address as it came, without blanks; one that is cut off would be another one. */
export function addressText(value: unknown): string | undefined {
  const text = typeof value === "string" ? trimmed(value) : undefined;
  return text !== undefined && Buffer.byteLength(text) <= MAX_ADDRESS_BYTES ? text : undefined;
}

/**
 * Reads `video`. An address without a scheme is meant for https, and one for plain http has its video
 * under https as well: nothing else is fetched from the internet.
 *
 * @returns `undefined` where AKOOL gives none
 */
export function resultAddress(value: unknown): ResultAddress | undefined {
  const given = onlyOne(value);
  if (given === undefined || given === null || given === "") return undefined;
  if (typeof given !== "string") return { problem: "the video's address is no text" };
  const text = trimmed(given);
  if (text === "") return undefined;
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_ADDRESS_BYTES) {
    return { problem: `the video's address is too long to be kept: ${bytes} bytes` };
  }
  const url = usableUrl(withScheme(text));
  if (url === undefined) {
    return { problem: `the video's address cannot be used: "${cutText(text, SHOWN_CHARACTERS)}"` };
  }
  if (url === text) return { url };
  return { url, note: `${new URL(url).protocol.slice(0, -1)} is assumed for the video's address` };
}

/** A list of one, or an object that holds the address. */
function onlyOne(value: unknown): unknown {
  const inner: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isRecord(inner) && inner.url !== undefined ? inner.url : inner;
}

function withScheme(text: string): string {
  if (text.startsWith("//")) return isOnThisMachine(text) ? `http:${text}` : `https:${text}`;
  return /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,10}(:\d{1,5})?\//i.test(text)
    ? `https://${text}`
    : text;
}

/** Of a simulator, which has no certificate; whether it may be fetched from, the download guard says. */
function isOnThisMachine(text: string): boolean {
  return URL.canParse(`http:${text}`) && isLoopbackHttp(new URL(`http:${text}`));
}

function usableUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol === "https:" || isLoopbackHttp(url)) return text;
  return url.protocol === "http:" && url.port === ""
    ? text.replace(/^http:/i, "https:")
    : undefined;
}
