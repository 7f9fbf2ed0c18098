/** What of `sessionStorage` is used: it belongs to one tab, and ends with it. */
export interface TabStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A sign-in that was begun, and has led away from the page. */
export interface Pending {
  readonly state: string;
  readonly verifier: string;
  /** Where in the page it was begun: `#/jobs?status=failed`. */
  readonly place: string;
}

/** What a sign-in has brought. */
export interface Tokens {
  readonly access: string;
  readonly refresh?: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const PENDING = "archiver.sign-in.pending";
const TOKENS = "archiver.sign-in.tokens";

/** What a tab keeps of its sign-in, over reloads and the way to the provider and back. */
export function createKept(storage: TabStorage) {
  return {
    keepPending: (pending: Pending) => storage.setItem(PENDING, JSON.stringify(pending)),
    /** Once: what comes back a second time is refused. */
    takePending(): Pending | undefined {
      const { state, verifier, place } = read(storage, PENDING);
      storage.removeItem(PENDING);
      return isText(state) && isText(verifier) && isText(place)
        ? { state, verifier, place }
        : undefined;
    },
    keepTokens: (tokens: Tokens) => storage.setItem(TOKENS, JSON.stringify(tokens)),
    tokens(): Tokens | undefined {
      const { access, refresh, expiresAt } = read(storage, TOKENS);
      if (!isText(access) || typeof expiresAt !== "number") return undefined;
      return { access, expiresAt, ...(isText(refresh) && { refresh }) };
    },
    forgetTokens: () => storage.removeItem(TOKENS),
  };
}

function read(storage: TabStorage, key: string): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
