import { signal } from "@preact/signals";

interface Lost {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly why: string;
}

/** Undefined while the archiver answers. */
export const lost = signal<Lost | undefined>(undefined);

export function connectionLost(why: string): void {
  lost.value = { since: lost.value?.since ?? Date.now(), why };
}

export function connectionBack(): void {
  if (lost.value !== undefined) lost.value = undefined;
}
