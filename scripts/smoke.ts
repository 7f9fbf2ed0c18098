/**
 * `npm run smoke -- --stack NAME`: looks at a deployed stack from outside, with the caller's own
 * credentials, and prints what it could not look at. It asks AKOOL nothing and leaves nothing behind.
 * Ends with 1 when something is not as it should be.
 */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { runChecks } from "./checks.ts";
import { smokeChecks } from "./smoke-checks.ts";
import { readStackCommand } from "./stack-argument.ts";

const HELP = `Looks at a deployed stack from outside; see docs/operations.md.

Usage: npm run smoke -- [--stack NAME]       (default AkoolVideoArchiver)

Exit codes: 0 as it should be, 1 not, or there is no such stack, 2 wrong usage.`;

const command = readStackCommand(process.argv.slice(2));
if (command.kind === "help") console.log(HELP);
else if (command.kind === "wrong") {
  console.error(command.message);
  process.exitCode = 2;
} else {
  process.exitCode = await smoke(command.stackName).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
}

async function smoke(stackName: string): Promise<number> {
  const cloudFormation = new CloudFormationClient();
  const asked = new DescribeStacksCommand({ StackName: stackName });
  const [stack] = (await cloudFormation.send(asked)).Stacks ?? [];
  const outputs = new Map(
    stack?.Outputs?.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
  );
  const output = (name: string) => {
    const value = outputs.get(name);
    if (value === undefined) throw new Error(`${stackName} has no output ${name}`);
    return value;
  };
  const region = await cloudFormation.config.region();
  return runChecks(smokeChecks({ stackName, region, output }), console.log);
}
