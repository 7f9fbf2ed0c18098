import * as z from "zod/mini";

/**
 * Licences under which a part may be passed on inside a product: all of them ask for a notice at
 * most. SPDX identifiers.
 */
const PERMISSIVE: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
]);

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.optional(z.string()),
      license: z.optional(z.string()),
      dev: z.optional(z.boolean()),
      devOptional: z.optional(z.boolean()),
      /** A workspace: its files are the project's own. */
      link: z.optional(z.boolean()),
    }),
  ),
});

export interface LicenceReport {
  /** Packages that are installed for production, as paths of the lock file. */
  packages: string[];
  /** `<path>@<version>: <licence>` of each that is not permissive, or not known. */
  refused: string[];
}

/** Checks the licence of everything that is installed for production, by the lock file. */
export function licenceReport(lockFile: unknown): LicenceReport {
  const production = Object.entries(lockSchema.parse(lockFile).packages).filter(
    ([path, { dev, devOptional, link }]) => path !== "" && !dev && !devOptional && !link,
  );
  return {
    packages: production.map(([path]) => path),
    refused: production
      .filter(([, { license }]) => license === undefined || !isPermissive(license))
      .map(([path, { version, license }]) => `${path}@${version}: ${license ?? "no licence"}`),
  };
}

/** Whether an SPDX expression leaves a permissive choice. One with inner brackets is refused. */
export function isPermissive(expression: string): boolean {
  const inner = expression.replace(/^\((.*)\)$/, "$1");
  return inner
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((id) => PERMISSIVE.has(id)));
}
