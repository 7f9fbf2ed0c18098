import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";

const NAME = "akool-archiver";

/** Every shell asks the command itself, with the words so far; the last one is being typed. */
const SCRIPTS = {
  bash: `_akool_archiver() {
  local IFS=$'\\n'
  COMPREPLY=($(${NAME} __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _akool_archiver ${NAME}`,
  zsh: `#compdef ${NAME}
_akool_archiver() {
  local -a proposals
  proposals=("\${(@f)$(${NAME} __complete "\${(@)words[2,CURRENT]}" 2>/dev/null | sed 's/:/\\\\:/g; s/\t/:/')}")
  _describe -t commands ${NAME} proposals || _files
}
compdef _akool_archiver ${NAME}`,
  fish: `complete -c ${NAME} -a '(${NAME} __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
} as const;

type NoFlags = Readonly<Record<never, never>>;
type Shell = keyof typeof SCRIPTS;

export const completion = buildCommand<NoFlags, [shell: Shell], Context>({
  docs: {
    brief: "completion for bash, zsh or fish",
    customUsage: [
      { input: "bash", brief: 'in ~/.bashrc: eval "$(akool-archiver completion bash)"' },
      {
        input: "zsh",
        brief: 'in ~/.zshrc, after compinit: eval "$(akool-archiver completion zsh)"',
      },
      { input: "fish", brief: "in config.fish: akool-archiver completion fish | source" },
    ],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "bash, zsh or fish", parse: shellOf, placeholder: "shell" }],
    },
  },
  func(_flags, shell) {
    this.process.stdout.write(`${SCRIPTS[shell]}\n`);
  },
});

function shellOf(text: string): Shell {
  if (Object.hasOwn(SCRIPTS, text)) return text as Shell;
  throw new Error(`the shells are bash, zsh and fish, not ${JSON.stringify(text)}`);
}
