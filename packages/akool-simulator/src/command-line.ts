import { parseArgs } from "node:util";
import { defaultApiKey } from "./simulator.ts";
import { isWebhookSecret } from "./webhook-body.ts";

/** What the simulator's command line asks for. */
export type CommandLine =
  | { readonly kind: "run"; readonly port: number; readonly apiKey: string }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

const defaultPort = 8788;

/** The text of `--help`. */
export const help = `AKOOL simulator: a development tool that answers as AKOOL documents.

It generates no video and reaches no service: it runs a few scripted jobs on 127.0.0.1
and serves a sample file as their result, so that the archiver can be tried without an
account and without cost.

Usage: npm run simulator -- [options]

  --port N      port to listen on, 0 for any free one (default ${defaultPort})
  --api-key K   the only key that is accepted (default ${defaultApiKey});
                it has 16, 24 or 32 bytes, because it encrypts the webhooks as well
  --help        show this

It runs until it is interrupted (Ctrl-C). Exit codes: 0 interrupted, 1 could not start,
2 wrong usage.`;

/** Reads the command's arguments. Never throws. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: `${defaultPort}` },
        "api-key": { type: "string", default: defaultApiKey },
        help: { type: "boolean", default: false },
      },
    });
    return values.help ? { kind: "help" } : checked(values.port, values["api-key"]);
  } catch (error) {
    // parseArgs throws for unknown options, with a message for users.
    return { kind: "wrong", message: error instanceof Error ? error.message : `${error}` };
  }
}

function checked(port: string, apiKey: string): CommandLine {
  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    return { kind: "wrong", message: `--port must be a number from 0 to 65535, not "${port}"` };
  }
  if (!isWebhookSecret(apiKey)) {
    return { kind: "wrong", message: "--api-key must have 16, 24 or 32 bytes, as AKOOL's keys do" };
  }
  return { kind: "run", port: Number(port), apiKey };
}
