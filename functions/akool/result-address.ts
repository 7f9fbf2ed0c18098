import { isLoopbackHttp } from "#domain/settings/loopback.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { trimmed } from "#domain/text/lenient-json.ts";
import { trimCharacters } from "#domain/text/trim-characters.ts";
import { isRecord } from "./tolerant-json.ts";

/** Signed addresses are long; a job's record holds a few of this size. In bytes. */
const MAX_ADDRESS_BYTES = 8_192;

/** How much of an address that cannot be used is shown. */
const SHOWN_CHARACTERS = 200;

/** The address of the generated video, or why there is none that can be fetched from. */
export type ResultAddress = { url: string; note?: string } | { problem: string };

/** An address as it came, trimmed; undefined if it is too long, since a cut one would be wrong. */
export function addressText(value: unknown): string | undefined {
  const text = typeof value === "string" ? trimmed(value) : undefined;
  return text !== undefined && Buffer.byteLength(text) <= MAX_ADDRESS_BYTES ? text : undefined;
}

/**
 * Reads `video`. Only https is fetched from the internet, so an address without a scheme, or with http,
 * is read as https.
 *
 * @returns `undefined` if AKOOL gives none
 */
export function resultAddress(value: unknown): ResultAddress | undefined {
  const given = onlyOne(value);
  if (given === undefined || given === null || given === "") return undefined;
  if (typeof given !== "string") return { problem: "the video's address is no text" };
  const text = trimmed(given);
  if (/^(?:null|undefined|none)?$/i.test(text)) return undefined;
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_ADDRESS_BYTES) {
    return { problem: `the video's address is too long to be kept: ${bytes} bytes` };
  }
  const bare = bareAddress(text);
  const url = usableUrl(withScheme(bare));
  if (url === undefined) {
    return { problem: `the video's address cannot be used: "${cutText(text, SHOWN_CHARACTERS)}"` };
  }
  if (url === text) return { url };
  if (url === bare) return { url, note: "the video's address is read without what is around it" };
  return { url, note: `${new URL(url).protocol.slice(0, -1)} is assumed for the video's address` };
}

/** Names of the address in an object; none of AKOOL's names of the inputs. */
const ADDRESS_FIELDS = ["url", "uri", "href", "src", "video", "download_url"];

/** A list of one, or an object that holds the address. */
function onlyOne(value: unknown): unknown {
  const inner: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isRecord(inner)) return inner;
  const field = ADDRESS_FIELDS.find((name) => inner[name] !== undefined);
  return field === undefined ? inner : inner[field];
}

const AROUND = /[\s"'`<>\p{Cf}]/u;

/** Without quotes and brackets around it, percent-encoding of the whole, and HTML entities. */
function bareAddress(text: string): string {
  return decoded(trimCharacters(text, AROUND)).replace(/&amp;/gi, "&");
}

/** An address that is percent-encoded as a whole has no slash. */
function decoded(text: string): string {
  if (!/^https?%3a%2f%2f/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withScheme(text: string): string {
  if (text.startsWith("//")) return isOnThisMachine(text) ? `http:${text}` : `https:${text}`;
  return /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,10}(:\d{1,5})?\//i.test(text)
    ? `https://${text}`
    : text;
}

/** A simulator has no certificate; the download guard decides whether it may be fetched from. */
function isOnThisMachine(text: string): boolean {
  return URL.canParse(`http:${text}`) && isLoopbackHttp(new URL(`http:${text}`));
}

function usableUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol === "https:" || isLoopbackHttp(url)) return text;
  return url.protocol === "http:" && url.port === ""
    ? text.replace(/^http:/i, "https:").replace(/^(https:\/\/[^/?#]*):80(?=[/?#]|$)/, "$1")
    : undefined;
}
