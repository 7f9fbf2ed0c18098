import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { checkStack } from "../doctor/deployed.ts";
import { type Finding, fine, guarded } from "../doctor/finding.ts";
import { checkApi, checkBalance, checkExpiring } from "../doctor/jobs.ts";
import { checkDataDirectory, checkEnvironment, checkPort } from "../doctor/machine.ts";
import { plainText } from "../output/format.ts";
import type { Printer } from "../output/printer.ts";
import { type CommonFlags, openSession, type Session } from "../target/session.ts";
import { awsConfiguration } from "../target/stack.ts";
import { describeTarget } from "../target/target.ts";
import { commonFlags, textFlag } from "./flags.ts";

interface Flags extends CommonFlags {
  readonly data?: string | undefined;
}

export const doctor = buildCommand<Flags, [], Context>({
  docs: {
    brief: "one diagnosis: what is well, what is to do, and the command for it",
    fullDescription: "Looks and changes nothing. 1 when something is to do.",
    customUsage: [
      { input: "--stack AkoolVideoArchiver --region us-east-1", brief: "a deployed stack" },
      { input: "--local", brief: "this machine" },
    ],
  },
  parameters: {
    flags: {
      ...commonFlags,
      data: textFlag("DIR", "with --local: the data directory (default .local)"),
    },
  },
  async func({ data = ".local", ...flags }) {
    const session = await openSession(this, flags);
    const { target, print } = session;
    const findings: Finding[] = [fine("target", describeTarget(target))];
    if (target.kind === "stack") {
      const configuration = await awsConfiguration(target, this.environment);
      findings.push(
        fine("credentials", "are taken"),
        ...(await checkStack(session, configuration)),
      );
    }
    const reachable =
      target.kind !== "local" || (await checkMachine(target.url, data, this, findings));
    if (reachable) findings.push(...(await checkJobs(session)));
    for (const finding of findings) print.result(finding, lineOf(finding, print));
    this.process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1;
  },
});

async function checkMachine(url: string, data: string, context: Context, findings: Finding[]) {
  const port = await checkPort(url);
  findings.push(port, await checkDataDirectory(data));
  // The archiver that runs has its own environment.
  if (!port.ok) findings.push(...checkEnvironment(context.environment));
  return port.ok;
}

async function checkJobs({ archiver, signal }: Session): Promise<Finding[]> {
  const api = await guarded("API", () => checkApi(archiver, signal));
  if (api.some(({ ok }) => !ok)) return [...api];
  return [
    ...api,
    ...(await guarded("AKOOL's credits", () => checkBalance(archiver, signal))),
    ...(await guarded("expiring videos", () => checkExpiring(archiver, signal))),
  ];
}

function lineOf({ check, ok, found, remedy }: Finding, print: Printer): string {
  if (ok && print.quiet) return "";
  const mark = ok ? print.good("ok   ") : print.bad("to do");
  const line = `${mark}  ${check.padEnd(18)}${plainText(found)}`;
  return remedy === undefined ? line : `${line}\n       → ${plainText(remedy)}`;
}
