import { computed, signal } from "@preact/signals";

/** Pages are told apart behind the `#`: the paths before it are the API's. */
export interface Route {
  /** `jobs`, `jobs/689…`; empty for the first page. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

const hash = signal(location.hash);

addEventListener("hashchange", () => {
  hash.value = location.hash;
});

export const route = computed((): Route => {
  const [path = "", query = ""] = hash.value.replace(/^#\/?/, "").split("?");
  return {
    path: path.split("/").filter(Boolean).map(decoded),
    query: new URLSearchParams(query),
  };
});

/** The address of a page, for `href`. */
export function addressOf(...path: string[]): string {
  return `#/${path.map(encodeURIComponent).join("/")}`;
}

/** Replaces the address without another entry in the history: for filters as they are typed. */
export function replaceAddress(address: string): void {
  history.replaceState(null, "", address);
  hash.value = location.hash;
}

export function goTo(address: string): void {
  location.hash = address;
}

/** A person may have typed it. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
