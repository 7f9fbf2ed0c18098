import { describe, expect, it } from "vitest";
import { bypassesProxy } from "#domain/settings/no-proxy.ts";

const bypasses = (url: string, list: string) => bypassesProxy(new URL(url), list);

describe("the hosts that no proxy is asked for", () => {
  it.each([
    ["https://a.example/x", "a.example"],
    ["https://b.a.example", "a.example"],
    ["https://b.a.example", ".a.example"],
    ["https://b.a.example", "*.a.example"],
    ["https://a.example", "x.example, A.Example"],
    ["https://a.example", "x.example a.example"],
    ["https://a.example", "*"],
    ["https://a.example", "a.example:443"],
    ["https://a.example:8443", "a.example:8443"],
    ["http://127.0.0.1:5", "127.0.0.1"],
    ["http://[::1]:5", "[::1]"],
    ["http://[::1]:5", "::1"],
    ["http://[::1]:5", "[::1]:5"],
    ["http://a.example", "a.example:80"],
  ])("are %s by %j", (url, list) => {
    expect(bypasses(url, list)).toBe(true);
  });

  it.each([
    ["https://a.example", ""],
    ["https://a.example", " , "],
    ["https://xa.example", "a.example"],
    ["https://a.example", "b.a.example"],
    ["https://a.example", "a.example:8443"],
    ["https://a.example.evil", "a.example"],
  ])("are not %s by %j", (url, list) => {
    expect(bypasses(url, list)).toBe(false);
  });
});
