/** What asks for the help of the whole command. */
const HELP: ReadonlySet<string> = new Set(["--help", "-h", "--helpAll", "--help-all", "-H"]);

/**
 * What `npm start -- …` means as a command line of `akool-archiver`: the same, and without the name
 * of a command the demonstration.
 */
export function npmStartArguments(args: readonly string[]): readonly string[] {
  const [first] = args;
  const named = first !== undefined && (!first.startsWith("-") || HELP.has(first));
  return named ? args : ["demo", ...args];
}
