import { describe, expect, it } from "vitest";
import { readCommandLine } from "#local/command/command-line.ts";
import { UsageError } from "#local/command/usage-error.ts";
import { VIDEO_ID } from "#test/support/jobs.ts";

describe("what the command line asks for", () => {
  it("no argument asks for the demonstration, kept in .local", () => {
    expect(readCommandLine([])).toEqual({ kind: "demo", data: ".local", json: false });
  });

  it("--stay asks for the demonstration in the console, kept apart from real jobs", () => {
    expect(readCommandLine(["--stay"])).toEqual({
      kind: "staying demo",
      data: ".local/demo",
      json: false,
      port: 8787,
    });
    expect(readCommandLine(["--stay", "--data", "d", "--port", "0"])).toMatchObject({
      data: "d",
      port: 0,
    });
  });

  it("ids are followed each once, in their order", () => {
    const command = readCommandLine(["track", "zzzzzzzz", VIDEO_ID, "zzzzzzzz"]);

    expect(command).toMatchObject({ kind: "track", ids: ["zzzzzzzz", VIDEO_ID] });
  });

  it("options may stand before and behind the ids", () => {
    const args = ["--json", "track", VIDEO_ID, "--data", "d", "--akool-url", "http://localhost:1"];

    expect(readCommandLine(args)).toEqual({
      kind: "track",
      ids: [VIDEO_ID],
      akoolUrl: "http://localhost:1",
      data: "d",
      json: true,
    });
  });

  it("track without an id asks for the unfinished jobs", () => {
    expect(readCommandLine(["track"])).toMatchObject({ kind: "track", ids: [] });
  });

  it.each(["--help", "-h"])("%s asks for help, whatever else is said", (flag) => {
    expect(readCommandLine(["track", "not/an/id", flag])).toEqual({ kind: "help" });
  });
});

describe("what the command line refuses, as wrong usage", () => {
  it.each([
    [["--colour"], /--colour/],
    [["follow"], /unknown command "follow"/],
    [["serve", "689174694b4dbdd4ab3d28c9"], /serve takes no ids/],
    [["serve", "--port", "http"], /--port must be a number/],
    [["serve", "--port", "65536"], /--port must be a number/],
    [["--port", "1"], /--port goes with serve/],
    [["--stay", "--port", "x"], /--port must be a number/],
    [["serve", "--stay"], /--stay goes with the demonstration, not with serve/],
    [["--stay", "--data", ""], /--data must not be empty/],
    [["track", "689174694b4dbdd4ab3d28c9", "--port", "1"], /--port goes with serve/],
    [["track", "--data"], /--data/],
    [["track", "--data", ""], /--data must not be empty/],
    [["--akool-url", "http://localhost:1"], /goes with track/],
    [["track", VIDEO_ID, "a/b", "short"], /not an AKOOL id: "a\/b", "short"/],
    [["track", ""], /not an AKOOL id: ""/],
  ])("%j", (args, message) => {
    const read = () => readCommandLine(args);

    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
