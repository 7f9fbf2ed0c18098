import type { ImportPage } from "@akool-archiver/client";
import { signal } from "@preact/signals";

export type ListedImport = ImportPage["imports"][number];

/** The imports that this page has started, for an archiver that lists none. */
export const ownImports = signal<readonly ListedImport[]>([]);

export function remember(started: ListedImport): void {
  ownImports.value = [started, ...ownImports.value];
}
