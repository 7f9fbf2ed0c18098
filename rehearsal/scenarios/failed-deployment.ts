import assert from "node:assert/strict";
import {
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { withPlainAlarms } from "#rehearsal/assembly/adapt.ts";
import { rewrite, SETTINGS, synthesize } from "#rehearsal/assembly/assembly.ts";
import { withResourceThatFails } from "#rehearsal/assembly/failing.ts";
import { deploy } from "#rehearsal/deployment/deploy.ts";
import { ProgramFailed } from "#rehearsal/processes.ts";
import type { Scenario, Stage } from "./scenario.ts";

/** What becomes of a second stage whose first deployment fails at its very end. */
export const failedDeploymentScenarios: readonly Scenario[] = [
  { name: "a first deployment that fails is rolled back, and made again", run: failAndRepeat },
];

async function failAndRepeat(stage: Stage): Promise<void> {
  const { aws, context, emulator } = stage;
  // The hosted console cannot be deployed whole there, and what is repeated is to be whole.
  const settings = { ...SETTINGS, stage: "repeated", console: false };
  const assembly = await synthesize(context, "repeated", settings);
  const whole = await rewrite(assembly, withPlainAlarms);
  await rewrite(assembly, withResourceThatFails);
  await assert.rejects(deploy(context, emulator, assembly), ProgramFailed);

  const StackName = assembly.stackName;
  const { Stacks = [] } = await aws.cloudFormation.send(new DescribeStacksCommand({ StackName }));
  assert.equal(Stacks[0]?.StackStatus, "ROLLBACK_COMPLETE");
  assert.deepEqual(await leftBehind(stage, StackName), []);

  const EnableTerminationProtection = false;
  await aws.cloudFormation.send(
    new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }),
  );
  await rewrite(assembly, () => whole);
  const outputs = await deploy(context, emulator, assembly);
  assert.notEqual(outputs.TableName, stage.stack.output("TableName"));
  assert.equal((await leftBehind(stage, StackName)).length, 6, "tables and buckets");
}

/** @returns the tables and buckets that bear the name of a stack */
async function leftBehind({ aws }: Stage, stackName: string): Promise<string[]> {
  const { TableNames = [] } = await aws.dynamoDb.send(new ListTablesCommand({}));
  const { Buckets = [] } = await aws.s3.send(new ListBucketsCommand({}));
  const names = [...TableNames, ...Buckets.map(({ Name = "" }) => Name)];
  return names.filter((name) => name.toLowerCase().startsWith(`${stackName.toLowerCase()}-`));
}
