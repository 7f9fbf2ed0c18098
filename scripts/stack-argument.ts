import { parseArgs } from "node:util";

/** What a command that looks at one stack was asked for. */
export type StackCommand =
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string }
  | { readonly kind: "run"; readonly stackName: string };

/** Reads `--stack NAME` and `--help`. */
export function readStackCommand(args: readonly string[]): StackCommand {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false },
        stack: { type: "string", default: "AkoolVideoArchiver" },
      },
    });
    if (values.help) return { kind: "help" };
    if (!/^[A-Za-z][\w-]*$/.test(values.stack)) throw new Error(`${values.stack} is no stack name`);
    return { kind: "run", stackName: values.stack };
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) };
  }
}
