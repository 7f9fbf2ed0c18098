import { describe, expect, it } from "vitest";
import { akoolBaseUrlSchema } from "#akool/base-url.ts";

describe("AKOOL's base URL", () => {
  it.each(["https://openapi.akool.com/api/open", "http://127.0.0.1:8788/api/open"])(
    "may be %s",
    (url) => {
      expect(akoolBaseUrlSchema.safeParse(url).success).toBe(true);
    },
  );

  it.each([
    "http://openapi.akool.com/api/open",
    "https://user@akool.com",
    "https://:pass@openapi.akool.com/api/open",
    "https://akool.com/?x=1",
    "https://akool.com/#x",
    "ftp://x",
    "akool",
  ])("may not be %s, and the refusal says what it must be", (url) => {
    const refused = akoolBaseUrlSchema.safeParse(url);

    expect(refused.error?.issues[0]?.message).toContain("https");
  });
});
