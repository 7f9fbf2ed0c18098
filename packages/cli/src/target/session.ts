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

/** Where the archiver's API is, and how its requests are authorized. */
export interface Access extends Pick<Session, "target" | "outputs"> {
  readonly url: string;
  readonly authorization: Authorization;
  /** Of a deployed stack. */
  readonly region?: string;
}

export type Authorization =
  | { readonly token: string }
  | { readonly sign: (request: Request) => Promise<Request> }
  | { readonly token?: never; readonly sign?: never };

/**
 * The archiver that the flags name, else the remembered one, else the one on this machine.
 *
 * @throws UsageError for flags that cannot be used, or a stack that is not there
 */
export async function openSession(context: Context, flags: CommonFlags): Promise<Session> {
  const { target, url, authorization, outputs } = await openAccess(context, flags);
  return {
    target,
    outputs,
    print: createPrinter(context, flags),
    signal: context.interrupted,
    archiver: createArchiver({ url, ...authorization }),
  };
}

/** As {@link openSession}, without a client. @throws UsageError */
export async function openAccess(context: Context, flags: TargetFlags): Promise<Access> {
  const target = await chosenTarget(context, flags);
  if (target.kind === "local") return { target, url: target.url, authorization: {}, outputs: {} };
  if (target.kind === "url") {
    const token = context.environment[TOKEN];
    if (token === undefined || token === "") {
      throw new UsageError(
        `--url needs a token in ${TOKEN}; for a stack with AWS credentials take --stack NAME`,
      );
    }
    return { target, url: target.url, authorization: { token }, outputs: {} };
  }
  const configuration = await awsConfiguration(target, context.environment);
  const outputs = await stackOutputs(target, configuration);
  const url = outputs.ApiUrl;
  if (url === undefined)
    throw new UsageError(`${target.stack} is no archiver: it has no output ApiUrl`);
  const authorization = await authorizationOf(context, configuration);
  return { target, url, authorization, outputs, region: configuration.region };
}

/** What the flags name, else what was remembered, else this machine. */
export async function chosenTarget(context: Context, flags: TargetFlags): Promise<Target> {
  return (
    targetOf(flags) ??
    (await rememberedTarget(context.environment)) ?? { kind: "local", url: LOCAL_URL }
  );
}

/** A token where there is one (the stack may be configured for JWTs), AWS credentials otherwise. */
async function authorizationOf(
  { environment }: Context,
  configuration: { readonly region: string; readonly profile?: string },
): Promise<Authorization> {
  const token = environment[TOKEN];
  if (token !== undefined && token !== "") return { token };
  const { signWithAws } = await import("@akool-archiver/client/aws");
  return { sign: signWithAws(configuration) };
}
