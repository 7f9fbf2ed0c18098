import {
  SFNClient,
  TestStateCommand,
  type TestStateCommandInput,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import type { Place } from "./account-checks.ts";
import { type Check, type Finding, failed, ok } from "./checks.ts";
import { type PlannedStack, propertiesOf, textOf } from "./planned-stack.ts";

/** What Step Functions itself says of the definitions, before anything is deployed. */
export function definitionChecks(stack: PlannedStack, place: Place): readonly Check[] {
  const definitions = propertiesOf(stack, "AWS::StepFunctions::StateMachine").map(
    ({ DefinitionString }) => textOf(DefinitionString, place.account, place.region),
  );
  const tracking = definitions.find((definition) => definition.includes('"AwaitCallback"')) ?? "";
  return [
    ...definitions.map((definition) => ({
      name: `definition that begins at ${JSON.parse(definition).StartAt}`,
      run: () => isValid(definition),
    })),
    ...STEPS.map(({ name, next, ...step }) => ({
      name: `state ${name}`,
      run: () => leadsTo(next, { definition: tracking, ...step }),
    })),
  ];
}

const check = (outcome: string, awaitCallback = false) =>
  JSON.stringify({ check: { outcome, awaitCallback, waitSeconds: 5 } });

/** The callback is mocked: Step Functions tests no state that waits for one. */
const STEPS = [
  { name: "Begin", stateName: "Begin", input: '{"videoModelId":"x"}', next: "CheckStatus" },
  {
    name: "NextStep, archive",
    stateName: "NextStep",
    input: check("archive"),
    next: "ArchiveVideo",
  },
  { name: "NextStep, end", stateName: "NextStep", input: check("end"), next: "Done" },
  { name: "NextStep, wait", stateName: "NextStep", input: check("wait"), next: "Wait" },
  {
    name: "NextStep, webhook expected",
    stateName: "NextStep",
    input: check("wait", true),
    next: "AwaitCallback",
  },
  {
    name: "AwaitCallback, timed out",
    stateName: "AwaitCallback",
    input: JSON.stringify({
      request: { videoModelId: "x" },
      execution: "e",
      check: { wakeCount: "0", callbackSeconds: 5 },
    }),
    mock: { errorOutput: { error: "States.Timeout", cause: "mocked" } },
    next: "CheckStatus",
  },
] as const;

async function isValid(definition: string): Promise<Finding> {
  const { result, diagnostics = [] } = await new SFNClient().send(
    new ValidateStateMachineDefinitionCommand({ definition }),
  );
  const told = diagnostics.map(({ code, message }) => `${code} ${message}`).join("; ");
  return result === "OK" ? ok(told === "" ? "valid" : `valid; ${told}`) : failed(told);
}

async function leadsTo(next: string, input: TestStateCommandInput): Promise<Finding> {
  const { nextState, status, error } = await new SFNClient().send(new TestStateCommand(input));
  const text = `${status}, leads to ${nextState}${error === undefined ? "" : ` by ${error}`}`;
  return nextState === next ? ok(text) : failed(`${text}, not to ${next}`);
}
