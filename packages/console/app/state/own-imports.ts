import { signal } from "@preact/signals";
import type { ListedImport } from "./contract.ts";

/** The imports that this page has started, for an archiver that lists none. */
export const ownImports = signal<readonly ListedImport[]>([]);

export function remember(started: ListedImport): void {
  ownImports.value = [started, ...ownImports.value];
}
