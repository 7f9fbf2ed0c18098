import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  paginateGetExecutionHistory,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Stage } from "./scenario.ts";
import { until } from "./until.ts";

/** Starts an execution of the tracking machine, as another program of the account would. */
export async function start(
  { aws, stack }: Stage,
  input: Readonly<Record<string, unknown>>,
  name?: string,
): Promise<string> {
  const { executionArn = "" } = await aws.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: stack.output("StateMachineArn"),
      input: JSON.stringify(input),
      ...(name !== undefined && { name }),
    }),
  );
  return executionArn;
}

/** Waits for an execution's end. */
export async function end(
  { aws }: Stage,
  executionArn: string,
  seconds = 40,
): Promise<DescribeExecutionCommandOutput> {
  const asked = new DescribeExecutionCommand({ executionArn });
  const isOver = async () => {
    const found = await aws.sfn.send(asked);
    return found.status !== "RUNNING" && found;
  };
  return until(`the end of ${executionArn}`, isOver, seconds);
}

/** @returns the states that an execution has entered, in order. */
export async function trail({ aws }: Stage, executionArn: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateGetExecutionHistory({ client: aws.sfn }, { executionArn })) {
    for (const { stateEnteredEventDetails } of page.events ?? []) {
      if (stateEnteredEventDetails?.name) names.push(stateEnteredEventDetails.name);
    }
  }
  return names;
}
