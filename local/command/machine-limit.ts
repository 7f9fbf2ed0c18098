/** Limits of this machine, and what a person can do about each. */
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

/** LevelDB's messages for the same; its errors have no system code. */
const WORDS: readonly [RegExp, string][] = [
  [/no space left on device/i, "ENOSPC"],
  [/too many open files/i, "EMFILE"],
  [/read-only file system/i, "EROFS"],
];

/** The run cannot continue because a limit of this machine is reached. */
export class MachineLimit extends Error {
  override readonly name = "MachineLimit";
}

/**
 * The message for an error that is due to a limit of this machine, by itself or by its cause.
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

/** The message when a limit has ended the run: unlike a bug, the user can fix it. */
export function limitReport(limit: string): string {
  return (
    `${limit}\n` +
    "Nothing is lost: the records and the videos are kept, and the same command goes on with them."
  );
}

/** Remembers the first limit that is reached, and signals it. */
export class MachineLimits {
  readonly #reached = new AbortController();

  /** Aborted once a limit is reached. */
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
 * Reports limits that keep videos from being stored, at most once a minute, for a run that
 * continues and retries the copy meanwhile.
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
