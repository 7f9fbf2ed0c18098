import * as z from "zod/mini";

/** Read where it is asked; what is written keeps all of npm's fields, in npm's order. */
const packageSchema = z.object({
  version: z.optional(z.string()),
  integrity: z.optional(z.string()),
  /** Comes inside the package that is above it, whose integrity covers it. */
  inBundle: z.optional(z.boolean()),
  /** A workspace: its files are the project's own. */
  link: z.optional(z.boolean()),
  dev: z.optional(z.boolean()),
  optionalDependencies: z.optional(z.record(z.string(), z.string())),
});

/** `package-lock.json`, as far as it is completed here. */
export const lockSchema = z.looseObject({
  packages: z.record(z.string(), z.record(z.string(), z.unknown())),
});

export type Lock = z.infer<typeof lockSchema>;

/** Of a name as npm's registry has it. */
export type AskIntegrity = (name: string, version: string) => Promise<string>;

const SYSTEMS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "win32",
  "openbsd",
  "netbsd",
  "sunos",
  "aix",
  "openharmony",
];
const PROCESSORS = [
  "x64",
  "arm64",
  "ia32",
  "arm",
  "ppc64",
  "riscv64",
  "s390x",
  "loong64",
  "mips64el",
  "wasm32",
];

/** The lock with an entry for each optional package that npm has left out; see `complete-lock.ts`. */
export function withOptionalPackages(lock: Lock): Lock {
  const packages = { ...lock.packages };
  for (const entry of Object.values(lock.packages)) {
    const { dev, optionalDependencies = {} } = packageSchema.parse(entry);
    for (const [name, range] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      if (Object.keys(packages).some((known) => known.endsWith(path))) continue;
      packages[path] = { ...platformEntry(name, range), ...(dev ? { dev } : {}) };
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

/** Paths of the packages whose content `npm ci` would take unseen. */
export function withoutIntegrity(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => {
      const { integrity, inBundle, link } = packageSchema.parse(entry);
      const isOurs = !path.includes("node_modules/") || link === true;
      return !isOurs && inBundle !== true && !integrity?.startsWith("sha512-");
    })
    .map(([path]) => path);
}

/**
 * The lock with the registry's integrity for each package that has none.
 *
 * @throws the error of `ask` for a package whose integrity cannot be had
 */
export async function withIntegrity(lock: Lock, ask: AskIntegrity): Promise<Lock> {
  const packages = { ...lock.packages };
  for (const path of withoutIntegrity(lock)) {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const known = packages[path] ?? {};
    packages[path] = { ...known, integrity: await ask(name, String(known.version)) };
  }
  return { ...lock, packages };
}

/** Platform packages are pinned exactly and carry their platform in their name. */
function platformEntry(name: string, range: string) {
  const words = name.split(/[-/@]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length + cpu.length === 0)
    throw new Error(`${name} does not look like a platform package`);
  return {
    version: range.replace(/^[\^~]/, ""),
    optional: true,
    ...(os.length === 0 ? {} : { os }),
    ...(cpu.length === 0 ? {} : { cpu }),
  };
}
