import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Finding, fine, todo } from "./finding.ts";
import { checkSecret } from "./secret.ts";

const WAIT_MS = 3_000;

/** What is on the port: the archiver, something else, or nothing. */
export async function checkPort(url: string): Promise<Finding> {
  const { port } = new URL(url);
  const check = `port ${port}`;
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(WAIT_MS) });
    const body: unknown = await response.json().catch(() => undefined);
    const { status } = Object(body) as { status?: unknown };
    if (response.ok && status === "ok") return fine(check, "the archiver answers");
    return inUse(check);
  } catch (error) {
    if (codeOf(error) === "ECONNREFUSED") {
      return todo(check, "nothing listens there", "npm start -- serve");
    }
    return inUse(check);
  }
}

function inUse(check: string): Finding {
  return todo(
    check,
    "is in use by another program",
    "npm start -- serve --port 8800, then: akool-archiver use --local http://127.0.0.1:8800",
  );
}

function codeOf(error: unknown): unknown {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ("code" in at && at.code !== undefined) return at.code;
  }
  return undefined;
}

/** Whether records and videos can be written there. */
export async function checkDataDirectory(directory: string): Promise<Finding> {
  const path = resolve(directory);
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    return todo("data directory", `${path} is no directory`, "npm start -- serve --data DIR");
  }
  const written = found === undefined ? dirname(path) : path;
  try {
    await access(written, constants.W_OK);
    return fine("data directory", found === undefined ? `${path} will be made` : path);
  } catch {
    return todo("data directory", `${written} cannot be written`, "npm start -- serve --data DIR");
  }
}

/** The key and client id of this shell, by their shape. */
export function checkEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const {
    AKOOL_API_KEY: apiKey,
    AKOOL_CLIENT_ID: clientId,
    AKOOL_CLIENT_SECRET: clientSecret,
    AKOOL_TOKEN: token,
  } = environment;
  if (!apiKey && !token && !clientSecret) {
    return [
      todo(
        "AKOOL_API_KEY",
        "is not set in this shell",
        "read -rs AKOOL_API_KEY; export AKOOL_API_KEY",
      ),
    ];
  }
  const findings = checkSecret(JSON.stringify({ apiKey, clientId, clientSecret, token }), "");
  // On this machine jobs are polled unless the simulator's webhooks are wanted.
  return findings
    .filter(({ check }) => check === "key's length" && clientId !== undefined)
    .map((it) =>
      it.ok
        ? it
        : {
            ...it,
            remedy: "copy the key anew, then: read -rs AKOOL_API_KEY; export AKOOL_API_KEY",
          },
    )
    .concat(fine("AKOOL_API_KEY", "is set"));
}
