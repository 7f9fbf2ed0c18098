import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { offeredFileName } from "#domain/text/file-name.ts";

const named = (given: string) => offeredFileName(given, "key.mp4");

describe("a file name that is offered", () => {
  it.each([
    "a.mp4",
    "Swap ü.mp4",
    "映画 (1).mp4",
    "100%.mp4",
    "it's.mov",
    "👨‍👩‍👧.mp4",
    "a.b.c",
    ".5.mp4x",
  ])("%s is offered as it is, or nearly", (given) => {
    expect(named(given)).toBe(given.replace(/^\./, ""));
  });

  it.each([
    ["../../etc/passwd", "etc_passwd"],
    ["/a/b.mp4", "a_b.mp4"],
    ["C:\\Users\\x\\a.mp4", "C__Users_x_a.mp4"],
    ["\\\\host\\share\\a.mp4", "host_share_a.mp4"],
    ["a\uff0f..\uff3cb\u2215c.mp4", "a_b_c.mp4"],
    ["a..b....mp4", "a.b.mp4"],
    [".htaccess", "htaccess"],
    ["a.mp4. . ", "a.mp4"],
    ["a\r\nSet-Cookie: b\0.mp4", "aSet-Cookie_ b.mp4"],
    ['a"b<c>d|e?f*g.mp4', "a_b_c_d_e_f_g.mp4"],
    ["\u202egpj.exe", "gpj.exe"],
    ["\ufeffa.mp4", "a.mp4"],
    ["\ud83d.mp4", "\ufffd.mp4"],
  ])("%j is offered as %j", (given, offered) => {
    expect(named(given)).toBe(offered);
  });

  it.each([
    "CON",
    "con.mp4",
    "Nul.tar.gz",
    "COM1.mp4",
    "com\u00b9",
    "LPT9 .mp4",
    "AUX",
    "conin$",
    "PRN.x",
  ])("%s is a device on Windows, and gets another name", (given) => {
    expect(named(given)).toBe(`_${given}`);
  });

  it.each(["CONSOLE.mp4", "COM.mp4", "COM10.mp4", "nullify", "aux-in.mp4"])(
    "%s is none",
    (given) => {
      expect(named(given)).toBe(given);
    },
  );

  it.each(["", " ", "..", "../..", "///", "\0", "\u202e", " . "])("%j is no name", (given) => {
    expect(named(given)).toBe("key.mp4");
  });

  it("keeps its extension when it is cut, and is cut between characters", () => {
    expect(named(`${"映".repeat(2_000)}.mp4`)).toBe(`${"映".repeat(58)}.mp4`);
    expect(named("😀".repeat(100))).toBe("😀".repeat(45));
    expect(named(`a.${"b".repeat(300)}`)).toBe(`a.${"b".repeat(178)}`);
  });

  it("is a short name alone, whatever was given", () => {
    const hostile = fc.constantFrom(
      "/",
      "\\",
      "..",
      ".",
      " ",
      ":",
      '"',
      "\r",
      "\0",
      "CON",
      "\ud800",
      "\uff0f",
      "ü",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 400 }),
      fc.array(fc.oneof(hostile, fc.string()), { maxLength: 30 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (given) => {
        const offered = named(given);

        expect(offered).not.toMatch(/[\p{Cc}/\\<>:"|?*]|\.\.|^[.\s]|[.\s]$|^$/u);
        expect(offered).not.toMatch(/^(con|nul|aux|prn|com\d|lpt\d)(\.|$)/i);
        expect(offered.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(offered)).toBeLessThanOrEqual(181);
      }),
    );
  });

  it("takes no longer than its length asks for", () => {
    // Quadratic time would be hours.
    for (const part of ["/ ", ". ", " .", "../", "\\.", "con ", " "]) {
      expect(named(`${part.repeat(200_000)}a`).length).toBeLessThan(200);
    }
  });
});
