import type { Machine } from "../support/machine.ts";
import { median } from "../support/median.ts";

/** A bundle whose import is measured. */
export interface Subject {
  name: string;
  bytes: number;
  /** The SDK's packages in it. */
  packages: string[];
}

/** Everything that one call of the benchmark has measured; kept as it is. */
export interface Results {
  date: string;
  machine: Machine;
  subjects: Subject[];
  imports: { subject: string; milliseconds: number }[];
}

export const EMPTY = "empty handler";

/** The name of the handler that has only a function's SDK clients. */
export function clientsOf(functionName: string): string {
  return `${functionName}: SDK clients alone`;
}

export function importMs({ imports }: Results, name: string): number {
  const own = imports.filter(({ subject }) => subject === name);
  return median(own.map(({ milliseconds }) => milliseconds));
}

/** The functions, without the baselines. */
export function functionsOf({ subjects }: Results): Subject[] {
  return subjects.filter(({ name }) => name !== EMPTY && !name.includes(":"));
}
