import { describe, expect, it } from "vitest";
import { outcomeOf } from "#akool/create-outcome.ts";
import type { HttpAnswer } from "#akool/exchange.ts";
import { interpret } from "#akool/interpret.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const CHALLENGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>";

describe("a gateway in front of AKOOL is described as what it is", () => {
  it.each<[string, HttpAnswer, string]>([
    [
      "a challenge",
      { status: 403, body: CHALLENGE, contentType: "text/html; charset=UTF-8" },
      "HTTP 403 with a gateway's page that asks for a browser: Just a moment...",
    ],
    [
      "a challenge without a type",
      { status: 401, body: ` \uFEFF${CHALLENGE}` },
      "HTTP 401 with a gateway's page that asks for a browser: Just a moment...",
    ],
    [
      "a page for a type alone",
      { status: 403, body: "denied", contentType: "text/html" },
      "HTTP 403 with a page instead of JSON",
    ],
    [
      "a page of an outage",
      { status: 502, body: "<html><title>502\n Bad  Gateway</title></html>" },
      "HTTP 502 with a page instead of JSON: 502 Bad Gateway",
    ],
    [
      "a page without a title",
      { status: 200, body: "<html>" },
      "HTTP 200 with a page instead of JSON",
    ],
    [
      "a page with an endless title",
      { status: 200, body: "<title>x" },
      "HTTP 200 with a page instead of JSON",
    ],
    ["text", { status: 200, body: "maintenance" }, "HTTP 200 with an unreadable body: maintenance"],
    ["nothing", { status: 504, body: " \0" }, "HTTP 504 with an empty body"],
    [
      "a page for a wrong path",
      { status: 404, body: "<html>404</html>" },
      "HTTP 404, no JSON of AKOOL's: is the base URL right? a page instead of JSON",
    ],
    [
      "JSON of somebody else for a wrong path",
      { status: 404, body: '{"message":"Not Found"}' },
      'HTTP 404, no JSON of AKOOL\'s: is the base URL right? an unreadable body: {"message":"Not Found"}',
    ],
    [
      "a redirect",
      { status: 302, body: "", location: "https://login.example.com/?next=secret" },
      "HTTP 302, a redirect to the host login.example.com, which is not followed: is the base URL right?",
    ],
    [
      "a redirect without a scheme",
      { status: 301, body: "", location: "//login.example.com/" },
      "HTTP 301, a redirect to the host login.example.com, which is not followed: is the base URL right?",
    ],
    [
      "a redirect to another path",
      { status: 308, body: "<html>", location: "/v3/" },
      "HTTP 308, a redirect to the same host, which is not followed: is the base URL right?",
    ],
    [
      "a redirect to nowhere",
      { status: 307, body: "", location: "::" },
      "HTTP 307, a redirect to an unreadable address, which is not followed: is the base URL right?",
    ],
    ["a redirect that names no place", { status: 302, body: "" }, "HTTP 302 with an empty body"],
  ])("%s", (_, answer, detail) => {
    expect(interpret(ID, answer)).toEqual({ kind: "unavailable", detail });
  });

  it("a long text by its beginning, without anything that looks like a key", () => {
    const body = `token: abcdefgh ${"much more ".repeat(100)}`;

    const seen = interpret(ID, { status: 200, body });

    expect(seen).toMatchObject({ detail: expect.stringContaining("token: [redacted] much more") });
    expect(JSON.stringify(seen).length).toBeLessThan(300);
  });

  it.each([401, 403])("HTTP %d without a page is the account's fault", (status) => {
    expect(interpret(ID, { status, body: "denied" }).kind).toBe("account_fault");
    expect(interpret(ID, { status, body: "" }).kind).toBe("account_fault");
  });
});

describe("the safe order of reading the answer to a billable call", () => {
  const STATUSES = [200, 201, 302, 400, 401, 403, 404, 429, 500, 503];
  const json = (body: object) => JSON.stringify(body);

  it.each(STATUSES)("an id wins over HTTP %d, whatever the code is", (status) => {
    for (const code of [1000, "1000", 1003, 1005, 1015, 1101, 4242, undefined]) {
      expect(outcomeOf({ status, body: json({ code, data: { _id: ID } }) })).toEqual({
        kind: "created",
        videoModelId: ID,
      });
    }
  });

  it.each(STATUSES)("code 1000 without an id may not be repeated, HTTP %d", (status) => {
    for (const code of [1000, "1000"]) {
      expect(outcomeOf({ status, body: json({ code, data: {} }) }).kind).toBe("unknown");
    }
  });

  it.each([
    [429, { code: 429, msg: "Too Many Requests" }, "throttled"],
    [429, { code: 1003, msg: "x" }, "throttled"],
    [429, { code: 1101, msg: "x" }, "throttled"],
    [429, { message: "slow down" }, "throttled"],
    [401, { code: 401, msg: "Unauthorized" }, "account_fault"],
    [403, { code: 403, msg: "Forbidden" }, "account_fault"],
    [403, { code: 1003, msg: "x" }, "account_fault"],
    [403, { code: 1005, msg: "x" }, "throttled"],
    [401, {}, "account_fault"],
  ])("HTTP %d with %j says that nothing was made: %s", (status, body, trouble) => {
    const outcome = outcomeOf({ status, body: json(body) });

    expect(outcome).toMatchObject({ kind: "not_now", trouble });
    expect("detail" in outcome && outcome.detail).toContain(`HTTP ${status}`);
  });

  it("a gateway's page under HTTP 403 says the same, and is no fault of the account", () => {
    expect(outcomeOf({ status: 403, body: CHALLENGE })).toMatchObject({
      kind: "not_now",
      trouble: "unavailable",
      detail: expect.stringContaining("asks for a browser"),
    });
  });

  it("an id in an answer that was cut off after it was paid for", () => {
    const whole = json({ code: 1000, msg: "OK", data: { _id: ID, create_time: 1, status: 1 } });
    const end = whole.indexOf(ID) + ID.length + 1;

    for (let length = end; length < whole.length; length++) {
      expect(outcomeOf({ status: 200, body: whole.slice(0, length) }).kind).toBe("created");
    }
    for (let length = 0; length < end; length++) {
      expect(outcomeOf({ status: 200, body: whole.slice(0, length) }).kind).toBe("unknown");
    }
    expect(outcomeOf({ status: 200, body: `{"data":{"_id":{"$oid":"${ID}"},` }).kind).toBe(
      "created",
    );
    expect(outcomeOf({ status: 200, body: `<a data='{"_id":"${ID}"'>` }).kind).toBe("unknown");
  });

  it.each([401, 403, 429])("an answer that was cut off after its success, HTTP %d", (status) => {
    const whole = json({ code: 1000, msg: "OK", data: { _id: ID } });
    const success = whole.indexOf("1000") + "1000".length;
    const end = whole.indexOf(ID) + ID.length + 1;

    for (let length = success; length < end; length++) {
      expect(outcomeOf({ status, body: whole.slice(0, length) })).toMatchObject({
        kind: "unknown",
        detail: expect.stringContaining("speaks of a success"),
      });
    }
    expect(outcomeOf({ status, body: `)]}'\n{"x":'y',"_id":"${ID}"}` }).kind).toBe("created");
    expect(outcomeOf({ status, body: `<a data='{"_id":"${ID}"'>` }).kind).toBe("unknown");
  });

  it("a success without an id is quoted for the person who settles it", () => {
    expect(outcomeOf({ status: 200, body: json({ code: 1000, data: { job: ID } }) })).toEqual({
      kind: "unknown",
      detail: `code 1000, without an id: {"code":1000,"data":{"job":"${ID}"}}`,
    });
  });

  it("an unreadable answer is unknown, and described", () => {
    expect(outcomeOf({ status: 200, body: "<html><title>Proxy</title>" })).toEqual({
      kind: "unknown",
      detail: "HTTP 200 with a page instead of JSON: Proxy",
    });
  });

  it("how long AKOOL asks to wait is passed on", () => {
    expect(outcomeOf({ status: 429, body: "", retryAfterSeconds: 120 })).toMatchObject({
      retryAfterSeconds: 120,
    });
    expect(outcomeOf({ status: 200, body: '{"code":1005}', retryAfterSeconds: 7 })).toMatchObject({
      retryAfterSeconds: 7,
    });
    expect(outcomeOf({ status: 429, body: "" })).not.toHaveProperty("retryAfterSeconds");
  });
});
