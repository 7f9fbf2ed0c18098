import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "./in-process.ts";

const LINKED = fileURLToPath(new URL("../../../node_modules/.bin", import.meta.url));
const PATIENCE_MS = 110_000;

const isThere = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "completion-"));
});
afterAll(async () => {
  await rm(home, { recursive: true });
});

/** Runs a script in a shell that finds the command, as the repository links it. */
function run(shell: string, args: readonly string[]): string {
  return execFileSync(shell, args, {
    encoding: "utf8",
    env: { PATH: [LINKED, process.env.PATH].join(delimiter), HOME: home, TERM: "dumb" },
    timeout: PATIENCE_MS,
  });
}

describe("completion", () => {
  it.each([
    [["sub"], "submit"],
    [["list", "--sta"], "--status"],
    [["list", "--status", "archi"], "archive_failed"],
    [["swap", "se"], "settle"],
    [["swaps", "--state", "submit"], "submit_unknown"],
    [["led"], "ledger"],
  ])("of %j proposes %s", async (words, proposal) => {
    const { out } = await command(["__complete", ...words]);

    expect(out.split("\n").map((line) => line.split("\t")[0])).toContain(proposal);
  });

  it("works in bash", () => {
    const script = `eval "$(akool-archiver completion bash)"
COMP_WORDS=(akool-archiver list --status archi) COMP_CWORD=3
_akool_archiver
printf '%s\\n' "\${COMPREPLY[@]}"`;

    expect(run("bash", ["-c", script]).split("\n")).toEqual(["archived", "archive_failed", ""]);
  });

  it.skipIf(!isThere("fish"))("works in fish, which is looked for on the PATH", () => {
    const script = `akool-archiver completion fish | source
complete -C 'akool-archiver list --status archi'
complete -C 'akool-archiver sub'`;

    const proposals = run("fish", ["-c", script])
      .split("\n")
      .map((line) => line.split("\t")[0]);
    expect(proposals).toEqual(expect.arrayContaining(["archived", "archive_failed", "submit"]));
  });

  it.skipIf(!isThere("zsh"))("works in zsh, which is looked for on the PATH", async () => {
    // What a person's terminal would do: a line is typed, and the tabulator key.
    const start = [
      "PS1=; autoload -Uz compinit",
      `compinit -u -d ${join(home, "dump")}`,
      'eval "$(akool-archiver completion zsh)"',
      // Not as it is typed: the terminal shows that too.
      "print re''ady",
    ].join("; ");
    const script = `zmodload zsh/zpty
zpty -b terminal zsh -f -i
until-said() {
  local seen= chunk=
  for i in {1..600}; do
    while zpty -r -t terminal chunk; do seen+=$chunk; done
    [[ $seen == *"$1"* ]] && break
    sleep 0.1
  done
  print -r -- "$seen"
}
zpty -w terminal ${quoted(start)}
until-said ready >/dev/null
zpty -w -n terminal $'akool-archiver sub\\t'
until-said submit
zpty -d terminal`;
    const file = join(home, "script.zsh");
    await writeFile(file, script);

    expect(run("zsh", ["-f", file])).toContain("akool-archiver submit");
  });
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
