import { UnreadableAssembly } from "./assembly.ts";
import type { Template } from "./cloud-assembly.ts";
import { type Resources, resolveText } from "./intrinsics.ts";

/** The local values of the stack's outputs. One that has no local value is left out. */
export function readOutputs(outputs: Template["Outputs"], resources: Resources) {
  return new Map(
    Object.entries(outputs).flatMap(([name, { Value }]) => {
      const value = localValue(Value, resources);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function localValue(value: unknown, resources: Resources): string | undefined {
  try {
    return resolveText(value, resources);
  } catch (error) {
    if (error instanceof UnreadableAssembly) return undefined;
    throw error;
  }
}
