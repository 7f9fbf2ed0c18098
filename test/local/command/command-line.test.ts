import { describe, expect, it } from "vitest";
import { readCommand } from "#local/command/command-line.ts";
import { UsageError } from "#local/command/usage-error.ts";
import { VIDEO_ID } from "#test/support/jobs.ts";

const serve = (options: object) => readCommand({ name: "serve", options, ids: [] });

describe("what was written", () => {
  it("the demonstration has a data directory of its own", () => {
    const demo = readCommand({ name: "demo", options: {}, ids: [] });

    expect(demo).toEqual({ kind: "demo", data: ".local/demo", json: false });
    expect(serve({})).toMatchObject({ data: ".local" });
  });

  it("--stay asks for the demonstration in the console", () => {
    const options = { stay: true, data: "d", port: "0" };

    expect(readCommand({ name: "demo", options: { stay: true }, ids: [] })).toEqual({
      kind: "staying demo",
      data: ".local/demo",
      json: false,
      ports: { api: 8787, events: { preferred: 8789 }, s3: { preferred: 8790 } },
    });
    expect(readCommand({ name: "demo", options, ids: [] })).toMatchObject({
      data: "d",
      ports: { api: 0 },
    });
  });

  it("ids are followed each once, in their order", () => {
    const ids = ["zzzzzzzz", VIDEO_ID, "zzzzzzzz"];

    expect(readCommand({ name: "track", options: {}, ids })).toEqual({
      kind: "track",
      ids: ["zzzzzzzz", VIDEO_ID],
      akoolUrl: undefined,
      data: ".local",
      json: false,
    });
  });

  it.each([
    [{}, { api: 8787, events: { preferred: 8789 }, s3: { preferred: 8790 } }],
    [{ port: "9000" }, { api: 9000, events: { preferred: 9002 }, s3: { preferred: 9003 } }],
    [{ port: "0" }, { api: 0, events: 0, s3: 0 }],
    [{ port: "65534" }, { api: 65534, events: 0, s3: 0 }],
    [
      { port: "0", eventsPort: "9100", s3Port: "9200" },
      { api: 0, events: 9100, s3: 9200 },
    ],
  ])("serve has the same ports at every start: %j", (options, ports) => {
    expect(serve(options)).toMatchObject({ ports });
  });
});

describe("what is refused, as wrong usage", () => {
  it.each([
    ["demo", { port: "1" }, [], /--port goes with --stay, or with serve/],
    ["demo", { stay: true, port: "x" }, [], /--port must be a number/],
    ["serve", { port: "http" }, [], /--port must be a number/],
    ["serve", { port: "65536" }, [], /--port must be a number/],
    ["serve", { eventsPort: "-1" }, [], /--events-port must be a number/],
    ["serve", { s3Port: "" }, [], /--s3-port must be a number/],
    ["track", { data: "" }, [], /--data must not be empty/],
    ["track", {}, [VIDEO_ID, "a/b", "short"], /not an AKOOL id: "a\/b", "short"/],
    ["track", {}, [""], /not an AKOOL id: ""/],
  ] as const)("%s %j %j", (name, options, ids, message) => {
    const read = () => readCommand({ name, options, ids });

    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
