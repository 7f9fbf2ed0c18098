import { pastedValue, type Reading } from "./pasted-value.ts";

/** AES-128, -192 and -256: with a secret of another length no webhook can be opened (documented). */
const CIPHER_KEY_BYTES: readonly number[] = [16, 24, 32];
/** It travels in a header; what is longer is a file in the place of a key. */
const MAX_LENGTH = 4_096;

/** A header carries visible ASCII; of that, quotes and these brackets are of the place it came from. */
const CREDENTIAL = /^(?:(?!["'`<>{}\\,;])[\x21-\x7e])+$/;
/** A variable that no shell has put in: `$AKOOL_KEY`, `%AKOOL_KEY%`. */
const UNEXPANDED = /^(?:\$\w+|%\w+%)$/;
/** What templates have in the value's place, and programs where they have none. */
const PLACEHOLDER =
  /^(?:undefined|null|none|nil|nan|todo|change[-_]?me|placeholder|x{3,}|\*{3,}|\.{3,}|(?:your|my)[-_](?:[a-z]+[-_]){0,4}(?:key|id|secret|token)(?:[-_]here)?)$/i;

const KEY_NAMES = ["AKOOL_API_KEY", "AKOOL_KEY", "API_KEY", "x-api-key"];
const CLIENT_ID_NAMES = ["AKOOL_CLIENT_ID", "CLIENT_ID"];
const CLIENT_SECRET_NAMES = ["AKOOL_CLIENT_SECRET", "CLIENT_SECRET", ...KEY_NAMES];
const TOKEN_NAMES = ["AKOOL_TOKEN", "TOKEN", "ACCESS_TOKEN", "Authorization"];

/** AKOOL's API key as somebody has pasted it. */
export function readApiKey(text: string): Reading {
  return readCredential(text, KEY_NAMES, "key");
}

/** The client id that AKOOL signs webhooks with and gives tokens for. */
export function readClientId(text: string): Reading {
  return readCredential(text, CLIENT_ID_NAMES, "client id");
}

/** The client secret, which is the same value as the API key (documented). */
export function readClientSecret(text: string): Reading {
  return readCredential(text, CLIENT_SECRET_NAMES, "client secret");
}

/** A token for `Authorization: Bearer`, with or without these words. */
export function readToken(text: string): Reading {
  const value = pastedValue(text, TOKEN_NAMES).replace(/^Bearer(?:\s+|$)/i, "");
  return readCredential(value, TOKEN_NAMES, "token");
}

/**
 * Why no webhook can be opened with this secret; nothing when one can. AKOOL encrypts webhooks with
 * it, and the documented ciphers have keys of three lengths.
 */
export function webhookSecretProblem(secret: string): string | undefined {
  const bytes = Buffer.byteLength(secret);
  if (CIPHER_KEY_BYTES.includes(bytes)) return undefined;
  return `has ${bytes} characters, and AKOOL's have ${CIPHER_KEY_BYTES.join(", ").replace(/, (\d+)$/, " or $1")}`;
}

function readCredential(text: string, names: readonly string[], what: string): Reading {
  const value = pastedValue(text, names);
  if (value === "") return { problem: "is empty" };
  if (/\bBearer\s/i.test(value)) return { problem: `holds a token (with Bearer), and no ${what}` };
  if (value.length > MAX_LENGTH) return { problem: `is far too long for a ${what}` };
  if (UNEXPANDED.test(value)) return { problem: `is the name of a variable, and no ${what}` };
  if (PLACEHOLDER.test(value)) return { problem: `is a placeholder, and no ${what}` };
  if (!CREDENTIAL.test(value)) {
    return { problem: `holds a space or another character that no ${what} has` };
  }
  return { value };
}
