/** One line of the diagnosis. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** What was found; never a secret's value. */
  readonly found: string;
  /** What to do, as a command where there is one. */
  readonly remedy?: string;
}

export function fine(check: string, found: string): Finding {
  return { check, ok: true, found };
}

export function todo(check: string, found: string, remedy: string): Finding {
  return { check, ok: false, found, remedy };
}

/** A check that could not be made is a finding itself, and does not end the diagnosis. */
export async function guarded(
  check: string,
  find: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await find();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return [
      todo(
        check,
        `could not be checked: ${name}: ${message}`,
        "the caller needs the permission, or the service is out of reach",
      ),
    ];
  }
}
