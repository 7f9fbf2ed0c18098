import { type StateMachineAsset, UnreadableAssembly } from "./assembly.ts";
import { type Resources, resolveText } from "./intrinsics.ts";
import { identify, type Resource } from "./local-names.ts";

/**
 * Every state machine of the template.
 *
 * @throws UnreadableAssembly for one whose definition is not in the template
 */
export function readStateMachines(resources: Resources): StateMachineAsset[] {
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === "AWS::StepFunctions::StateMachine")
    .map(([logicalId, resource]) => ({
      logicalId,
      arn: identify(logicalId, resource).ref,
      definition: definitionOf(logicalId, resource, resources),
    }));
}

function definitionOf(logicalId: string, machine: Resource, resources: Resources): unknown {
  const text = machine.Properties.DefinitionString;
  if (text === undefined) {
    throw new UnreadableAssembly(`${logicalId} must carry its definition as DefinitionString`);
  }
  return JSON.parse(resolveText(text, resources));
}
