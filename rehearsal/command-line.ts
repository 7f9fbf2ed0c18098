import { parseArgs } from "node:util";
import type { Permission } from "./assembly/permissions.ts";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string }
  | {
      readonly kind: "run";
      /** Permissions to take away before the deployment. */
      readonly without: readonly Permission[];
      /** Scenarios whose name holds this text; all unless given. */
      readonly only: string | undefined;
      /** Where to leave the logs of the emulator and of the CDK command line. */
      readonly logs: string | undefined;
    };

/** What `--help` shows. */
export const HELP = `Rehearses the deployment on an AWS emulator on this machine, without an account.

Usage: npm run rehearse -- [options]

Options:
  --without FUNCTION:ACTION   takes a permission away first, such as CheckStatus:dynamodb:UpdateItem;
                              may be given several times. The rehearsal should then fail
  --only TEXT                 only the scenarios whose name holds this text
  --logs DIR                  keeps the logs of the emulator and of the CDK command line there
  --help                      show this

It needs python3 (3.10 or newer), openssl, and PyPI at its first run.

Exit codes: 0 all scenarios passed, 1 one failed or the deployment did, 2 wrong usage or something
is missing on this machine, 130 interrupted.`;

/** Reads the arguments behind `npm run rehearse --`. */
export function readCommandLine(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false },
        logs: { type: "string" },
        only: { type: "string" },
        without: { type: "string", multiple: true, default: [] },
      },
    });
    if (values.help) return { kind: "help" };
    const { logs, only } = values;
    return { kind: "run", without: values.without.map(readPermission), only, logs };
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) };
  }
}

function readPermission(text: string): Permission {
  const [, owner, action] = /^(\w+):([\w-]+:[\w*]+)$/.exec(text) ?? [];
  if (owner === undefined || action === undefined) {
    throw new Error(`--without takes FUNCTION:SERVICE:ACTION, not ${text}`);
  }
  return { owner, action };
}
