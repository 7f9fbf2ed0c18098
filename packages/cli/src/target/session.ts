import { type Archiver, createArchiver } from "@akool-archiver/client";
import type { Context } from "../context.ts";
import { createPrinter, type Printer } from "../output/printer.ts";
import { UsageError } from "../output/usage-error.ts";
import { rememberedTarget } from "./remembered.ts";
import { awsConfiguration, type StackOutputs, stackOutputs } from "./stack.ts";
import { LOCAL_URL, type Target, type TargetFlags, targetOf } from "./target.ts";

export interface CommonFlags extends TargetFlags {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** What most commands begin with. */
export interface Session {
  readonly archiver: Archiver;
  readonly target: Target;
  readonly print: Printer;
  readonly signal: AbortSignal;
  /** The outputs of a deployed stack; empty for other targets. */
  readonly outputs: StackOutputs;
}

/** Where the token for `--url` comes from: never from the command line. */
const TOKEN = "AKOOL_ARCHIVER_TOKEN";

/**
 * The archiver that the flags name, else the remembered one, else the one on this machine.
 *
 * @throws UsageError for flags that cannot be used, or a stack that is not there
 */
export async function openSession(context: Context, flags: CommonFlags): Promise<Session> {
  const target = await chosenTarget(context, flags);
  const common = { target, print: createPrinter(context, flags), signal: context.interrupted };
  if (target.kind === "local") {
    return { ...common, archiver: createArchiver({ url: target.url }), outputs: {} };
  }
  if (target.kind === "url") {
    const token = context.environment[TOKEN];
    if (token === undefined || token === "") {
      throw new UsageError(
        `--url needs a token in ${TOKEN}; for a stack with AWS credentials take --stack NAME`,
      );
    }
    return { ...common, archiver: createArchiver({ url: target.url, token }), outputs: {} };
  }
  const configuration = await awsConfiguration(target, context.environment);
  const outputs = await stackOutputs(target, configuration);
  const url = outputs.ApiUrl;
  if (url === undefined)
    throw new UsageError(`${target.stack} is no archiver: it has no output ApiUrl`);
  return {
    ...common,
    archiver: createArchiver({ url, ...(await authorization(context, configuration)) }),
    outputs,
  };
}

/** What the flags name, else what was remembered, else this machine. */
export async function chosenTarget(context: Context, flags: TargetFlags): Promise<Target> {
  return (
    targetOf(flags) ??
    (await rememberedTarget(context.environment)) ?? { kind: "local", url: LOCAL_URL }
  );
}

/** A token where there is one (the stack may be configured for JWTs), AWS credentials otherwise. */
async function authorization(
  { environment }: Context,
  configuration: { readonly region: string; readonly profile?: string },
) {
  const token = environment[TOKEN];
  if (token !== undefined && token !== "") return { token };
  const { signWithAws } = await import("@akool-archiver/client/aws");
  return { sign: signWithAws(configuration) };
}
