/** What this machine has run out of, or does not allow, and what a person can do about it. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space",
  EDQUOT: "your quota of the disk is used up: free some space",
  EROFS: "the disk is mounted read-only",
  EIO: "the disk could not be read or written",
  EMFILE: "this process may not open more files: raise the limit, for example with ulimit -n 4096",
  ENFILE: "this machine cannot open more files: end other programs",
  ENAMETOOLONG: "a path is too long: choose a shorter one with --data",
  EXDEV: "the data directory and its videos are on different disks: keep them on one",
};

/** How LevelDB and SQLite say the same; they have no codes of the system. */
const WORDS: readonly [RegExp, string][] = [
  [/no space left on device|database or disk is full/i, "ENOSPC"],
  [/too many open files/i, "EMFILE"],
  [/read-only file system|attempt to write a readonly database/i, "EROFS"],
];

/** The run cannot go on for want of something that this machine has to give. */
export class MachineLimit extends Error {
  override readonly name = "MachineLimit";
}

/**
 * What to tell of an error that comes from the limits of this machine, found in it or in what has
 * caused it.
 *
 * @returns nothing for every other error
 */
export function machineLimitOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const word = WORDS.find(([pattern]) => pattern.test(error.message))?.[1] ?? "";
  const found = REMEDIES[code] === undefined ? word : code;
  const remedy = REMEDIES[found];
  return remedy === undefined ? machineLimitOf(error.cause) : `${remedy} (${error.message})`;
}

/** What a user is told when the run has ended so: unlike a bug, it is his to mend. */
export function limitReport(limit: string): string {
  return (
    `${limit}\n` +
    "Nothing is lost: the records and the videos are kept, and the same command goes on with them."
  );
}

/** Remembers the first limit that is met, for whoever has to stop because of it. */
export class MachineLimits {
  readonly #reached = new AbortController();

  /** Given once a limit is met. */
  get reached(): AbortSignal {
    return this.#reached.signal;
  }

  hearOf(error: unknown): void {
    const limit = machineLimitOf(error);
    if (limit !== undefined) this.#reached.abort(new MachineLimit(limit));
  }

  /** @throws MachineLimit */
  throwIfReached(): void {
    this.reached.throwIfAborted();
  }
}

const NOTE_EVERY_MS = 60_000;

/**
 * Tells of limits that keep videos from being stored, at most once a minute: for a run that goes on,
 * and tries the copy again and again meanwhile.
 *
 * @param now epoch milliseconds
 */
export function storageNotes(
  tell: (text: string) => void,
  now: () => number = Date.now,
): (error: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    const limit = machineLimitOf(error);
    if (limit === undefined || now() - toldAt < NOTE_EVERY_MS) return;
    toldAt = now();
    tell(`A video cannot be stored, and is tried again: ${limit}`);
  };
}
