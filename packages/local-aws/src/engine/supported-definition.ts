import validate from "asl-validator";
import * as z from "zod/mini";
import { distributedMap } from "./supported-map.ts";
import { type SupportedState, supportedState } from "./supported-states.ts";

const definitionSchema = z.strictObject({
  Comment: z.exactOptional(z.string()),
  QueryLanguage: z.exactOptional(z.literal("JSONPath")),
  Version: z.exactOptional(z.literal("1.0")),
  StartAt: z.string(),
  States: z.record(z.string(), z.discriminatedUnion("Type", [supportedState, distributedMap])),
  TimeoutSeconds: z.exactOptional(z.int().check(z.positive())),
});

/** A definition that runs here exactly as in Step Functions. */
export type SupportedDefinition = z.infer<typeof definitionSchema>;

/** The definition is wrong, or uses something that the local interpreter would ignore. */
export class UnsupportedDefinition extends Error {
  override readonly name = "UnsupportedDefinition";
}

/**
 * Checks a definition against a list of everything that is honoured here. The interpreter silently
 * ignores what it does not know, so a definition could pass here and fail in AWS.
 *
 * @param definition parsed Amazon States Language (JSONPath)
 * @param knownResources the ARNs that a Task's Resource may name
 * @throws UnsupportedDefinition naming each state and field that is not supported
 */
export function readDefinition(
  definition: unknown,
  knownResources: ReadonlySet<string>,
): SupportedDefinition {
  const parsed = definitionSchema.safeParse(definition);
  if (!parsed.success) throw refusal(parsed.error.issues.flatMap(describeIssue));
  refuseUnknownResources(parsed.data, knownResources);
  // The validator writes into what it is given. It knows the references between the states.
  const { isValid, errorsText } = validate(z.looseObject({}).parse(structuredClone(definition)));
  if (!isValid) throw refusal([errorsText("\n  ")]);
  return parsed.data;
}

function refuseUnknownResources(
  definition: SupportedDefinition,
  knownResources: ReadonlySet<string>,
): void {
  const problems = allStates(definition).flatMap(([name, state]) => {
    if (state.Type !== "Task" || knownResources.has(state.Resource)) return [];
    return [`state ${name}: field Resource: ${state.Resource} cannot be run here`];
  });
  if (problems.length > 0) throw refusal(problems);
}

/** Those inside a Map as well. */
function allStates({ States }: SupportedDefinition): [string, SupportedState][] {
  return Object.entries(States).flatMap(([name, state]): [string, SupportedState][] =>
    state.Type === "Map" ? Object.entries(state.ItemProcessor.States) : [[name, state]],
  );
}

function refusal(problems: readonly string[]): UnsupportedDefinition {
  return new UnsupportedDefinition(
    `The local runner cannot run this definition:\n  ${problems.join("\n  ")}`,
  );
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== "unrecognized_keys") return [`${whereIs(issue.path)}: ${issue.message}`];
  return issue.keys.map((key) => `${whereIs([...issue.path, key])}: is not supported`);
}

function whereIs(path: readonly PropertyKey[]): string {
  const [top, state, ...fields] = path.map(String);
  if (top !== "States" || state === undefined) return `definition: field ${path.join(".")}`;
  return fields.length === 0 ? `state ${state}` : `state ${state}: field ${fields.join(".")}`;
}
