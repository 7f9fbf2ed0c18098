import { type Finding, fine, todo } from "./finding.ts";

/** AES-128, -192 and -256: with a key of another length no webhook can be opened. */
const KEY_LENGTHS: readonly number[] = [16, 24, 32];
const SHAPE = '{"apiKey":"…","clientId":"…"}';

/**
 * What can be told of the secret by its shape: whether AKOOL can be asked with it, and a webhook
 * opened. Never its content.
 *
 * @param name for the commands
 */
export function checkSecret(text: string, name: string): Finding[] {
  const rewrite =
    `aws secretsmanager put-secret-value --secret-id ${name} --secret-string file://secret.json ` +
    `with ${SHAPE}`;
  const secret = fieldsOf(text);
  if (secret === undefined) return [todo("secret", "is no JSON object", rewrite)];
  const { apiKey, clientId, clientSecret, token } = secret;
  const authorized = apiKey ?? token ?? (clientId && clientSecret);
  const findings: Finding[] = [];
  if (!authorized) findings.push(todo("secret", "holds no apiKey", rewrite));
  else findings.push(fine("secret", "is there, and has its shape"));
  const cipherKey = apiKey ?? clientSecret;
  if (!clientId) {
    findings.push(
      todo(
        "client id",
        "is missing: no webhook can be opened, jobs are noticed late",
        `add clientId, then: ${rewrite}`,
      ),
    );
  } else findings.push(fine("client id", "is there"));
  if (cipherKey && !KEY_LENGTHS.includes(Buffer.byteLength(cipherKey))) {
    const length = Buffer.byteLength(cipherKey);
    findings.push(
      todo(
        "key's length",
        `is ${length} characters, AKOOL's have ${KEY_LENGTHS.join(", ")}: no webhook can be opened`,
        `copy the key anew from AKOOL's page for API keys, then: ${rewrite}`,
      ),
    );
  } else if (cipherKey) findings.push(fine("key's length", "fits"));
  return findings;
}

/** @param name the secret that the stack reads */
export function missingSecret(name: string): Finding {
  return todo(
    "secret",
    `${name} does not exist`,
    `aws secretsmanager create-secret --name ${name} --secret-string file://secret.json with ${SHAPE}`,
  );
}

function fieldsOf(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value).filter(([, it]) => typeof it === "string" && it !== "");
    return Object.fromEntries(entries);
  } catch {
    return undefined;
  }
}
