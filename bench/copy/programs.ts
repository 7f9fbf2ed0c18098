import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CONTENDERS, type Contender } from "./contenders.ts";

const run = promisify(execFile);

/** GNU time measures the programs that are not ours. */
const TIME = { time: "time" };

export interface Field {
  contenders: readonly Contender[];
  /** The first line of each program's `--version`. */
  versions: Readonly<Record<string, string>>;
}

/** The contenders that can run here; names the others on stderr, with what is missing. */
export async function presentContenders(): Promise<Field> {
  const contenders: Contender[] = [];
  const versions: Record<string, string> = {};
  for (const contender of CONTENDERS) {
    const needs = Object.entries(contender.ours ? {} : { ...contender.needs, ...TIME });
    const found = await Promise.all(needs.map(([program]) => versionOf(program)));
    const missing = needs.filter((_, index) => found[index] === undefined);
    if (missing.length === 0) {
      contenders.push(contender);
      needs.forEach(([program], index) => {
        versions[program] = found[index] ?? "";
      });
    } else {
      const packages = missing.map(([, debianPackage]) => debianPackage).join(" ");
      console.error(`LEFT OUT: ${contender.name}. Missing: apt-get install ${packages}`);
    }
  }
  return { contenders, versions };
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ["--version"]);
    const line = stdout.split("\n")[0] ?? "";
    // As in `support/machine.ts`: what follows the kernel's numbers names the host's own build.
    return line.replace(/(Linux\/[\d.]+)\S*/, "$1");
  } catch {
    return undefined;
  }
}
