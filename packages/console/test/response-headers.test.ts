import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, responseHeaders } from "../src/response-headers.ts";

const BUCKET = "https://videos.s3.eu-west-1.amazonaws.com";

describe("the policy", () => {
  it("allows nothing but the page's own files, and the bucket for the player", () => {
    const policy = contentSecurityPolicy({ media: [BUCKET] });

    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain(`media-src 'self' ${BUCKET};`);
    expect(policy).toContain("connect-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|data:|blob:|\*/);
  });

  it("allows an API and a sign-in of other origins to be asked", () => {
    const connect = ["https://api.example.com", "https://sign-in.example.com"];

    expect(contentSecurityPolicy({ media: [], connect })).toContain(
      "connect-src 'self' https://api.example.com https://sign-in.example.com;",
    );
  });

  it.each([
    "https://a.example; script-src *",
    "https://a.example/path",
    "javascript:alert(1)",
    "https://*.example.com",
    "a.example",
    "",
  ])("takes no %j for an origin", (media) => {
    expect(() => contentSecurityPolicy({ media: [media] })).toThrow(TypeError);
  });
});

describe("the headers", () => {
  it("let only files with a hash in their name be kept", () => {
    const kept = (path: string) => responseHeaders(path, { media: [] })["cache-control"];

    expect(kept("/assets/index-B2x.js")).toBe("public, max-age=31536000, immutable");
    expect(kept("/index.html")).toBe("no-store");
    expect(kept("/runbook.md")).toBe("no-store");
  });

  it("keep other pages from framing, sniffing and being told addresses", () => {
    expect(responseHeaders("/index.html", { media: [] })).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
  });
});
