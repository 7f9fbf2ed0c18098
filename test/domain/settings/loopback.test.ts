import { describe, expect, it } from "vitest";
import { isLoopbackHttp } from "#domain/settings/loopback.ts";

describe("loopback", () => {
  it.each([
    ["http://127.0.0.1:8788/x", true],
    ["http://localhost/", true],
    ["http://[::1]:1/", true],
    ["https://127.0.0.1/", false],
    ["http://127.0.0.1.example.com/", false],
    ["http://10.0.0.1/", false],
  ])("%s → %s", (url, expected) => {
    expect(isLoopbackHttp(new URL(url))).toBe(expected);
  });
});
