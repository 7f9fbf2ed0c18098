import { describe, expect, it } from "vitest";
import { command } from "./in-process.ts";

const ID = "689174694b4dbdd4ab3d28c9";

/** Wrong usage of each command, and the line that helps. */
const WRONG: readonly (readonly [args: readonly string[], help: string])[] = [
  [["nonsense"], "No command registered for `nonsense`"],
  [["submit"], "no id: give the _id that AKOOL's create call has returned"],
  [["submit", "short"], 'not an AKOOL id: "short"'],
  [["submit", ID, "--tag", "team"], "--tag wants NAME=VALUE"],
  [["submit", ID, "--deadline", "soon"], "--deadline wants a time such as 30m, 6h or 2d"],
  [["submit", ID, "--deadline", "8d"], "--deadline is 7d (168h) at most"],
  [["list", "--status", "archivd"], 'did you mean "archived"'],
  [["list", "--limit", "0"], "--limit wants a number"],
  [["list", "--from", "yesterday"], "--from wants"],
  [["list", "--taag", "a=b"], "No flag registered for --taag"],
  [["show"], "Expected argument for id"],
  [["show", "a b"], 'not an AKOOL id: "a b"'],
  [["watch", "x"], 'not an AKOOL id: "x"'],
  [["download"], "no id"],
  [["cancel", ID, "--status", "queueing"], "give ids or a filter, not both"],
  [["cancel"], "no id"],
  [["retry"], "no id"],
  [["import"], "Expected argument for FILE"],
  [["import", "/nonexistent.csv"], "/nonexistent.csv cannot be read"],
  [["import", "/"], "/ is no file"],
  [["import", "list.csv", "--report", "r"], "--report goes with --wait"],
  [["swap", "create"], "Expected input for flag --image"],
  [["swap", "settle", "key"], "give either --video ID (AKOOL has made it) or --release"],
  [["swaps", "--unknown", "--state", "created"], "--unknown is a state itself"],
  [["swaps", "--limit", "0"], "--limit wants a number"],
  [["summary", "--csv", "--json"], "--csv and --json exclude each other"],
  [["ledger", "--from", "2026-02-31"], "--from wants a day such as 2026-11-22"],
  [["ledger", "--to", "yesterday"], "--to wants a day such as 2026-11-22"],
  [["ledger", "--from", "2026-11-02", "--to", "2026-11-01"], "is after --to 2026-11-01"],
  [["ledger", "--group-by", "tag:"], "--group-by wants day, product or tag:NAME"],
  [["swap", "nonsense"], "No command registered for `nonsense`"],
  [["events", "--url", "https://api.example.com"], "--url needs a token in AKOOL_ARCHIVER_TOKEN"],
  [["dead-letters", "list"], "the dead-letter queue is a deployed stack's: --stack NAME"],
  [["doctor", "--region", "us-east-1"], "--region and --profile go with --stack NAME"],
  [["use", "--local", "http://10.0.0.1"], "--local is this machine"],
  [["use", "--url", "http://api.example.com"], "--url must be https"],
  [["use", "--url", "https://me:secret@api.example.com"], "must not hold a password"],
  [["use", "--local", "--stack", "A"], "--local, --stack and --url exclude each other"],
  [["completion", "tcsh"], "the shells are bash, zsh and fish"],
  [["completion", "toString"], "the shells are bash, zsh and fish"],
  [["expiring", "--csv", "--json"], "--csv and --json exclude each other"],
  [["console", "--url", "https://api.example.com"], "--url needs a token in AKOOL_ARCHIVER_TOKEN"],
  [["swap", "show"], "Expected argument for key"],
  [["dead-letters", "redrive", "--yes"], "the dead-letter queue is a deployed stack's"],
];

describe("wrong usage", () => {
  it.each(WRONG)("%j says what is wrong, and is exit code 2", async (args, help) => {
    const { code, out, error } = await command(args);

    expect(error).toContain(help);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  it("is told of every command", async () => {
    const { out } = await command(["--help"]);
    const commands = [...out.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name);

    expect(commands).toContain("ledger");
    expect([...new Set(WRONG.map(([[name]]) => name))]).toEqual(expect.arrayContaining(commands));
  });

  it("leads to the help of the command", async () => {
    expect((await command(["show"])).error).toContain("See: akool-archiver show --help");
    expect((await command(["swap", "create"])).error).toContain(
      "See: akool-archiver swap create --help",
    );
    expect((await command(["nonsense"])).error).toContain("See: akool-archiver --help");
  });

  it("does not repeat a password that was given", async () => {
    const { error } = await command(["use", "--url", "https://me:secret@api.example.com"]);

    expect(error).not.toContain("secret");
  });
});

describe("what is no usage error", () => {
  it("an archiver that is not there is exit code 1, and says what to do", async () => {
    const { code, error } = await command(["list", "--local", "http://127.0.0.1:9"]);

    expect(code).toBe(1);
    expect(error).toContain("no answer from http://127.0.0.1:9");
    expect(error).toContain("npm start -- serve");
  });
});
