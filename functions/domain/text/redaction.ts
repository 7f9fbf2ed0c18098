import { cutText } from "./cut-text.ts";

const MASK = "[redacted]";

/** A shorter one is a placeholder of a test or the simulator; masking it would break words. */
const MIN_SECRET_LENGTH = 8;

/** A log line that is longer is not read; CloudWatch takes 256 KiB. */
const MAX_LOGGED_TEXT = 16_384;

type Rule = readonly [RegExp, string | ((match: string) => string)];

/** Signed addresses that were cut in pieces: S3's, CloudFront's, and the usual names of keys. */
const SIGNED_PIECES: Rule = [
  /\b(x-amz-(?:signature|credential|security-token)|signature|policy|key-pair-id|credential|awsaccesskeyid|token|access_token|api_?key|client_?secret)=[^\s&"'<>\\;,]+/gi,
  `$1=${MASK}`,
];
const WEB_TOKENS: Rule = [/\beyJ[\w.-]*/g, withoutWebToken];
const ACCESS_KEYS: Rule = [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK];

/**
 * What gives a secret away in a text, whoever wrote it. Every rule takes time in proportion to the
 * text, whatever that is: a repetition either is bounded or consumes what it has looked at.
 */
const RULES: readonly Rule[] = [
  // User names and passwords of an address, and its whole query: signatures and keys are in there.
  [/(\bhttps?:\/\/)[^\s/"'<>\\?#@]{0,500}@/gi, `$1${MASK}@`],
  [/\bhttps?:\/\/[^\s"'<>\\]+/gi, withoutQuery],
  SIGNED_PIECES,
  [/\b(bearer|basic)\s{1,5}[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  // Headers and JSON, also JSON inside a JSON text.
  [
    /\b(authorization|x-api-key|api-?key|client-?secret|secretstring|password|(?:task|access|session|x-amz-security-)?-?token|dataencrypt|signature|(?:set-)?cookie)((?:\\{0,7}")?\s{0,5}:\s{0,5}(?:\\{0,7}")?)[^\s"\\,}]+/gi,
    `$1$2${MASK}`,
  ],
  WEB_TOKENS,
  ACCESS_KEYS,
  // Task tokens, session tokens, encrypted payloads: nothing that a person reads is that long.
  [/[\w+/=-]{100,}/g, MASK],
];

function applied(text: string, [pattern, replacement]: Rule): string {
  return typeof replacement === "string"
    ? text.replace(pattern, replacement)
    : text.replace(pattern, replacement);
}

function withoutQuery(address: string): string {
  const end = address.search(/[?#]/);
  return end === -1 ? address : `${address.slice(0, end)}?${MASK}`;
}

/** A JSON Web Token has three parts, of which the last may be empty. */
function withoutWebToken(text: string): string {
  const [, ...others] = text.split(".");
  const isToken = others.length >= 2 && text.length >= 3 * MIN_SECRET_LENGTH;
  return isToken ? MASK : text;
}

/** Parameters that make of an address a key to what lies there. */
const SIGNED_QUERY =
  /[?&](?:x-(?:amz|goog)-[a-z-]{1,30}|signature|sig|policy|key-pair-id|awsaccesskeyid|token|access_token|api_?key)=/i;

/** Fields of which the value is never shown, in any spelling; bodies because of what is in them. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "accesstoken",
  "apikey",
  "authorization",
  "body",
  "clientsecret",
  "cookie",
  "dataencrypt",
  "password",
  "proxyauthorization",
  "secret",
  "secretstring",
  "sessiontoken",
  "setcookie",
  "signature",
  "tasktoken",
  "token",
  "xamzsecuritytoken",
  "xapikey",
]);

/** The text without these very secrets, as they are or as JSON and URLs write them. */
export function maskSecrets(text: string, secrets: Iterable<string>): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret.length < MIN_SECRET_LENGTH) continue;
    for (const spelling of spellings(secret)) masked = masked.replaceAll(spelling, MASK);
  }
  return masked;
}

/**
 * The text as it may be shown, logged and published: without these secrets, and without whatever
 * looks like a key, a token or a signed address. Decision 0031.
 */
export function redactText(text: string, secrets: Iterable<string> = []): string {
  return RULES.reduce(applied, maskSecrets(text.toWellFormed(), secrets));
}

/**
 * An address without its query: what some CDNs and gateways take within a path is masked, and nothing
 * else, since a path may well be long.
 */
export function redactPath(address: string): string {
  return [SIGNED_PIECES, WEB_TOKENS, ACCESS_KEYS].reduce(applied, address);
}

/**
 * What somebody else has written, as it goes on record and to people: well-formed, redacted, and of
 * a length that records and events can hold. It is cut first, so that a long text costs no more.
 *
 * @param maxBytes of UTF-8
 */
export function quotedText(text: string, maxBytes: number, secrets: Iterable<string> = []): string {
  return cutText(redactText(cutBeforeSecret(text, maxBytes), secrets), maxBytes);
}

/**
 * What a customer has written, a prompt or a file's name, as it goes on record: as it is, but for
 * the query of a signed address in it.
 *
 * @param maxBytes of UTF-8
 */
export function quotedProse(text: string, maxBytes: number): string {
  const shown = cutText(text, maxBytes).replace(/\bhttps?:\/\/[^\s"'<>\\]+/gi, (address) =>
    SIGNED_QUERY.test(address) ? withoutQuery(address) : address,
  );
  return cutText(shown, maxBytes);
}

/** Half of a secret is like none of the rules, so the word in which the cut falls goes with it. */
function cutBeforeSecret(text: string, maxBytes: number): string {
  const cut = cutText(text, maxBytes);
  if (!isWithinWord(text, cut.length)) return cut;
  let start = cut.length;
  while (start > 0 && isWithinWord(cut, start - 1)) start--;
  return cut.length - start < MIN_SECRET_LENGTH ? cut : cut.slice(0, start) + MASK;
}

function isWithinWord(text: string, index: number): boolean {
  return /[\w.~+/=-]/.test(text.charAt(index));
}

/**
 * A replacer for `JSON.stringify` that redacts every text of a value, the names of its fields among
 * them, and hides fields by their name.
 */
export function redactField(secrets: Iterable<string>): (name: string, value: unknown) => unknown {
  return (name, value) => {
    if (isAbsent(value)) return value;
    if (SECRET_FIELDS.has(name.toLowerCase().replace(/[-_]/g, ""))) return MASK;
    if (typeof value === "string") return loggedText(value, secrets);
    if (typeof value !== "object") return value;
    // Numbers, one a byte, would spell a secret out.
    if (isBytes(value)) return "[bytes]";
    if (Array.isArray(value) || value instanceof Error) return value;
    return withRedactedNames(value, secrets);
  };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** A typed array; or a Buffer, which `JSON.stringify` turns into an object before it asks. */
function isBytes(value: object): boolean {
  return ArrayBuffer.isView(value) || ("type" in value && value.type === "Buffer");
}

/** The very object when no name has to be changed: a circle in it is still found then. */
function withRedactedNames(value: object, secrets: Iterable<string>): object {
  const entries = Object.entries(value);
  const renamed = entries.map(([name, inner]) => [loggedText(name, secrets), inner] as const);
  const isChanged = renamed.some(([name], index) => name !== entries[index]?.[0]);
  return isChanged ? Object.fromEntries(renamed) : value;
}

/** The text as a log or an error shows it. */
export function loggedText(text: string, secrets: Iterable<string>): string {
  return quotedText(text, MAX_LOGGED_TEXT, secrets);
}

function spellings(secret: string): Set<string> {
  const json = JSON.stringify(secret).slice(1, -1);
  return new Set([secret, json, json.replaceAll("/", "\\/"), encodeURIComponent(secret)]);
}
