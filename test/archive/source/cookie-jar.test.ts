import { describe, expect, it } from "vitest";
import { CookieJar } from "#archive/source/cookie-jar.ts";

const at = (address: string) => new URL(address);
const HOME = at("https://a.example/videos/a.mp4");

function jarWith(...headers: string[]): CookieJar {
  const jar = new CookieJar();
  jar.keep(HOME, headers, Date.parse("2026-01-01"));
  return jar;
}

describe("the cookies of a copy", () => {
  it.each<[string, string, string | undefined]>([
    ["https://a.example/videos/b.mp4", "t=1", "t=1"],
    ["https://a.example/videos", "t=1", "t=1"],
    ["https://a.example/videosx", "t=1", undefined],
    ["https://a.example/", "t=1", undefined],
    ["https://a.example/", "t=1; Path=/", "t=1"],
    ["https://a.example/videos/x", "t=1; Path=relative", "t=1"],
    ["https://a.example/videos/", "t=1; Path=/videos/", "t=1"],
    ["https://b.a.example/videos/b.mp4", "t=1; Domain=a.example; Path=/", undefined],
    ["https://b.example/videos/b.mp4", "t=1; Domain=b.example; Path=/", undefined],
    ["https://a.example:444/videos/b.mp4", "t=1; Path=/", undefined],
    ["http://a.example/videos/b.mp4", "t=1; Path=/", undefined],
    ["https://a.example/videos/b.mp4", "t=1; Secure", "t=1"],
    ["https://a.example/videos/b.mp4", "t=1; Max-Age=0", undefined],
    ["https://a.example/videos/b.mp4", "t=1; Max-Age=9", "t=1"],
    ["https://a.example/videos/b.mp4", "t=1; Expires=Wed, 01 Jan 2025 00:00:00 GMT", undefined],
    ["https://a.example/videos/b.mp4", "t=a%20b", "t=a%20b"],
    ["https://a.example/videos/b.mp4", "=1", undefined],
    ["https://a.example/videos/b.mp4", "", undefined],
  ])("%s gets of %j: %j", (address, header, sent) => {
    expect(jarWith(header).headerFor(at(address))).toBe(sent);
  });

  it("come back with their newest value, and are dropped when they expire", () => {
    const jar = jarWith("t=1", "u=2", "t=3");

    expect(jar.headerFor(HOME)).toBe("u=2; t=3");
    jar.keep(HOME, ["u=; Max-Age=0"]);
    expect(jar.headerFor(HOME)).toBe("t=3");
  });

  it("are no more than a server accepts, the newest first", () => {
    const jar = jarWith(
      ...Array.from({ length: 100 }, (_, index) => `c${index}=${"v".repeat(95)}`),
    );
    const sent = jar.headerFor(HOME) ?? "";

    expect(sent.length).toBeLessThanOrEqual(4_096);
    expect(sent.length).toBeGreaterThan(3_900);
    expect(sent).toContain("c99=");
    expect(sent).not.toContain("c0=");
  });
});
