/**
 * `npm run preflight`: looks at an account before a deployment, with the caller's own credentials,
 * and changes nothing. Ends with 1 when a deployment would fail or would not work.
 */
import { parseArgs } from "node:util";
import { SFNClient } from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { accountChecks } from "./account-checks.ts";
import { ok, runChecks } from "./checks.ts";
import { definitionChecks } from "./definition-checks.ts";
import { planStack } from "./planned-stack.ts";

const HELP = `Looks at an account before a deployment; see docs/operations.md.

Usage: npm run preflight -- [-c archiver.KEY=VALUE]...      the settings of cdk deploy

Exit codes: 0 nothing stands in the way, 1 something does, 2 wrong usage.`;

try {
  const { values } = parseArgs({
    options: {
      context: { type: "string", short: "c", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) console.log(HELP);
  else {
    const settings = values.context.map((pair) => {
      const [, key, value] = /^([\w.]+)=(.*)$/s.exec(pair) ?? [];
      if (key === undefined || value === undefined)
        throw new TypeError(`-c takes KEY=VALUE: ${pair}`);
      return [key, value] as const;
    });
    process.exitCode = await preflight(Object.fromEntries(settings)).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      return 1;
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function preflight(settings: Readonly<Record<string, string>>): Promise<number> {
  const sfn = new SFNClient();
  const region = await sfn.config.region();
  const { Account = "", Arn = "" } = await new STSClient().send(new GetCallerIdentityCommand());
  const stack = await planStack(region, settings);
  const account = { account: Account, region };
  const caller = { name: "caller", run: async () => ok(`${Arn} in ${region}, for ${stack.name}`) };
  const checks = [caller, ...accountChecks(stack, account), ...definitionChecks(stack, account)];
  return runChecks(checks, console.log);
}
