import { isLoopbackHttp } from "#domain/settings/loopback.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { trimmed } from "#domain/text/lenient-json.ts";
import { trimCharacters } from "#domain/text/trim-characters.ts";
import { isRecord, parseTolerantly } from "./tolerant-json.ts";

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

/** More addresses, or more deeply wrapped ones, are not looked for. */
const MAX_ADDRESSES = 20;
const MAX_WRAPPERS = 4;

/**
 * Reads `video`. Only https is fetched from the internet, so an address without a scheme, or with http,
 * is read as https. Of several addresses the first that can be used is taken.
 *
 * @returns `undefined` if AKOOL gives none
 */
export function resultAddress(value: unknown): ResultAddress | undefined {
  const given = addressesIn(value).slice(0, MAX_ADDRESSES).flatMap(readAddress);
  const usable = given.filter((address) => "url" in address);
  const [first] = usable;
  if (first === undefined) return given[0];
  const different = new Set(usable.map(({ url }) => url)).size;
  if (different > 1) {
    return { ...first, note: `the first of ${different} addresses of the video is read` };
  }
  return usable.length < given.length ? { ...first, note: SURROUNDED } : first;
}

const SURROUNDED = "the video's address is read without what is around it";

/** Names of the address in an object; none of AKOOL's names of the inputs. */
const ADDRESS_FIELDS = ["url", "uri", "href", "src", "video", "download_url"];

/** Between addresses in one text. A blank alone may be part of a file's name. Bounded, so as to be linear. */
const SEPARATOR = /[,;|]?\s{1,9}(?=https?:\/\/)/i;

/** The members of a list, the address in an object, and either in a text. */
function addressesIn(value: unknown, depth = 0): unknown[] {
  if (depth === MAX_WRAPPERS) return [value];
  const inner = (wrapped: unknown) => addressesIn(wrapped, depth + 1);
  if (Array.isArray(value)) return value.slice(0, MAX_ADDRESSES).flatMap(inner);
  if (isRecord(value)) {
    const field = ADDRESS_FIELDS.find((name) => value[name] !== undefined);
    return field === undefined ? [value] : inner(value[field]);
  }
  if (typeof value !== "string") return [value];
  const parsed = /^["[{]/.test(trimmed(value)) ? parseTolerantly(value) : undefined;
  return parsed === undefined ? value.split(SEPARATOR) : inner(parsed);
}

/** @returns none for a value that stands for "no address" */
function readAddress(given: unknown): ResultAddress[] {
  if (given === undefined || given === null) return [];
  if (typeof given !== "string") return [{ problem: "the video's address is no text" }];
  const text = trimmed(given);
  if (/^(?:null|undefined|none)?$/i.test(text)) return [];
  const bytes = Buffer.byteLength(text);
  return bytes > MAX_ADDRESS_BYTES
    ? [{ problem: `the video's address is too long to be kept: ${bytes} bytes` }]
    : [readText(text)];
}

function readText(text: string): ResultAddress {
  const bare = bareAddress(text);
  const whole = usableUrl(withScheme(bare));
  const url = whole ?? usableUrl(bareAddress(ADDRESS_WITHIN.exec(text)?.[0] ?? ""));
  if (url === undefined) {
    return { problem: `the video's address cannot be used: "${cutText(text, SHOWN_CHARACTERS)}"` };
  }
  if (url === text) return { url };
  return whole === undefined || whole === bare
    ? { url, note: SURROUNDED }
    : { url, note: `${new URL(url).protocol.slice(0, -1)} is assumed for the video's address` };
}

/** In a sentence, or in a link of a text's markup. */
const ADDRESS_WITHIN = /https?:\/\/[^\s"'`<>()[\]{}]+/i;

const AROUND = /[\s"'`<>\p{Cf}]/u;

/** A character that JSON or HTML escapes, when it was escaped once too often. */
const ESCAPED = /\\\/|\\u0026|&(?:amp;)+|&#0{0,5}38;|&#x0{0,5}26;/gi;

/** A scheme before an address that has one. */
const DOUBLED_SCHEME = /^(?:https?:\/\/){1,9}(?=https?:\/\/)/i;

/** Without quotes and brackets around it, percent-encoding of the whole, escapes, and a second scheme. */
function bareAddress(text: string): string {
  return decoded(trimCharacters(text, AROUND))
    .replace(ESCAPED, (escaped) => (escaped === "\\/" ? "/" : "&"))
    .replace(DOUBLED_SCHEME, "");
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
