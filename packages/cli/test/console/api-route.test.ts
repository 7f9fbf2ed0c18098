import { API_ROUTES } from "@akool-archiver/client/routes";
import { describe, expect, it } from "vitest";
import { isApiRoute } from "../../src/console/api-route.ts";

describe("a route of the API", () => {
  it.each(API_ROUTES)("is %s %s", (method, path) => {
    expect(isApiRoute(method, path.replaceAll(/\{\w+\}/g, "a-B_1.2~:=%2F"))).toBe(true);
  });

  it.each([
    ["PUT", "/jobs"],
    ["get", "/jobs"],
    ["GET", "/"],
    ["GET", "/jobs/"],
    ["GET", "//jobs"],
    ["GET", "/jobs/a/b/c"],
    ["GET", "/jobs/."],
    ["GET", "/jobs/.."],
    ["GET", "/jobs/%2e%2E/video"],
    ["GET", "/jobs/.%2e/video"],
    ["GET", "/jobs/a%zz"],
    ["GET", "/jobs/a b"],
    ["GET", "/jobs/a\\b"],
    ["GET", "/jobs/a#b"],
    ["GET", "/jobs@evil.example/x"],
    ["GET", "http://evil.example/jobs"],
    ["POST", "/webhooks/akool"],
    ["GET", "/webhooks/akool"],
    ["GET", "/_console/session"],
  ])("is not %s %s", (method, path) => {
    expect(isApiRoute(method, path)).toBe(false);
  });
});
