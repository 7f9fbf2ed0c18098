import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { readAkoolBaseUrl } from "#domain/settings/akool-address.ts";
import {
  readApiKey,
  readClientId,
  readClientSecret,
  readToken,
  webhookSecretProblem,
} from "#domain/settings/akool-credentials.ts";
import { readAllowedHosts } from "#domain/settings/allowed-hosts.ts";
import { pastedValue } from "#domain/settings/pasted-value.ts";
import { readAs } from "#domain/settings/read-as.ts";

const KEY = "abcdefghijklmnopqrstuvwx";

describe("AKOOL's key", () => {
  it.each([
    KEY,
    `  ${KEY}\r\n`,
    `"${KEY}"`,
    `'${KEY}'`,
    `\`${KEY}\``,
    `“${KEY}”`,
    `„${KEY}“`,
    `«${KEY}»`,
    `"${KEY}",`,
    `${KEY};`,
    `${KEY}\\n`,
    `\u200B${KEY}\uFEFF`,
    `${KEY.slice(0, 8)}\u200B${KEY.slice(8)}`,
    `\u00A0${KEY}\u00A0`,
    `AKOOL_API_KEY=${KEY}`,
    `AKOOL_API_KEY = "${KEY}"`,
    `export AKOOL_API_KEY="${KEY}"`,
    `set AKOOL_API_KEY=${KEY}`,
    `$env:AKOOL_API_KEY = '${KEY}'`,
    `x-api-key:${KEY}`,
    `X-API-Key: ${KEY}`,
    `"x-api-key: ${KEY}"`,
    `-H 'x-api-key: ${KEY}'`,
    `"apiKey": "${KEY}",`,
    `setx AKOOL_API_KEY "${KEY}"`,
    `set -x AKOOL_API_KEY ${KEY}`,
    `ENV AKOOL_API_KEY ${KEY}`,
    `- AKOOL_API_KEY=${KEY}`,
    `AKOOL_API_KEY=="${KEY}" # production`,
  ])("is read from %j", (text) => {
    expect(readApiKey(text)).toEqual({ value: KEY });
  });

  it.each(["AB==", "a/b+c=", "sk-1_2.3~4", "key:with:colons", "name=value=", "k", "(a)[b]$c%d"])(
    "is left as it is: %j",
    (key) => {
      expect(readApiKey(key)).toEqual({ value: key });
    },
  );

  it.each([
    ["", "is empty"],
    [" \u200B\n", "is empty"],
    ['""', "is empty"],
    ["a b", "holds a space or another character that no key has"],
    ["a\nb", "holds a space or another character that no key has"],
    ["clé", "holds a space or another character that no key has"],
    [`"${KEY}`, "holds a space or another character that no key has"],
    ["your-api-key", "is a placeholder, and no key"],
    ["YOUR_AKOOL_API_KEY_HERE", "is a placeholder, and no key"],
    ["AKOOL_API_KEY=undefined", "is a placeholder, and no key"],
    ["xxxxxxxxxxxxxxxxxxxxxxxx", "is a placeholder, and no key"],
    ["<your key>", "holds a space or another character that no key has"],
    ['{"apiKey":"k"}', "holds a space or another character that no key has"],
    ["\u0024{AKOOL_KEY}", "holds a space or another character that no key has"],
    ["$AKOOL_KEY", "is the name of a variable, and no key"],
    ["%AKOOL_KEY%", "is the name of a variable, and no key"],
    [`Bearer ${KEY}`, "holds a token (with Bearer), and no key"],
    [`Authorization: Bearer ${KEY}`, "holds a token (with Bearer), and no key"],
    ["k".repeat(4_097), "is far too long for a key"],
  ])("is not read from %j: it %s", (text, problem) => {
    expect(readApiKey(text)).toEqual({ problem });
  });

  it("survives whatever is put around it, and no problem quotes it", () => {
    const around = fc.array(
      fc.constantFrom<(text: string) => string>(
        (text) => ` ${text}`,
        (text) => `${text}\r\n`,
        (text) => `"${text}"`,
        (text) => `'${text}'`,
        (text) => `“${text}”`,
        (text) => `\uFEFF${text}`,
        (text) => `AKOOL_API_KEY=${text}`,
        (text) => `x-api-key: ${text}`,
        (text) => `${text},`,
      ),
      { maxLength: 8 },
    );
    const key = fc.stringMatching(/^[A-Za-z0-9+/_-]{1,40}={0,2}$/);
    fc.assert(
      fc.property(key, around, (secret, wrappings) => {
        const text = wrappings.reduce((inner, wrap) => wrap(inner), secret);
        expect(readApiKey(text)).toEqual({ value: secret });
      }),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), (text) => {
        expect(readApiKey(text).problem ?? "").not.toContain(text);
      }),
    );
  });
});

describe("the other credentials", () => {
  it("are read likewise, each with its own names", () => {
    expect(readClientId("AKOOL_CLIENT_ID='id=='\n")).toEqual({ value: "id==" });
    expect(readClientSecret("clientSecret: secret")).toEqual({ value: "secret" });
    expect(readClientSecret("AKOOL_API_KEY=secret")).toEqual({ value: "secret" });
    expect(readClientId("a b").problem).toContain("no client id has");
    expect(readClientSecret("a b").problem).toContain("no client secret has");
  });

  it.each(["tok.en-1", "Bearer tok.en-1", '"Authorization: Bearer tok.en-1"', "bearer  tok.en-1 "])(
    "a token is read from %j",
    (text) => {
      expect(readToken(text)).toEqual({ value: "tok.en-1" });
    },
  );

  it.each(["Bearer", "Bearer ", ""])("no token is read from %j", (text) => {
    expect(readToken(text)).toEqual({ problem: "is empty" });
  });

  it.each([16, 24, 32])("a secret of %d bytes opens webhooks", (length) => {
    expect(webhookSecretProblem("k".repeat(length))).toBeUndefined();
  });

  it("another does not", () => {
    expect(webhookSecretProblem("k".repeat(26))).toBe(
      "has 26 characters, and AKOOL's have 16, 24 or 32",
    );
  });
});

describe("AKOOL's address", () => {
  const BASE = "https://openapi.akool.com/api/open";

  it.each([
    BASE,
    ` ${BASE}/ `,
    `"${BASE}"`,
    `<${BASE}>`,
    `AKOOL_BASE_URL=${BASE}`,
    `${BASE}?`,
    `${BASE}#`,
    `${BASE}//`,
    `${BASE}/v3`,
    `${BASE}/v3/voice/list?page=1`,
    `${BASE}/v3/`,
    `${BASE}/v4/`,
    `${BASE}/v3/content/video/infobymodelid?video_model_id=689174694b4dbdd4ab3d28c9`,
    `${BASE}/v4/characterSwap/create`,
    `${BASE}/v3/getToken`,
    "https://openapi.akool.com",
    "https://openapi.akool.com/api",
    "https://openapi.akool.com:443/api/open",
    "HTTPS://OpenAPI.AKOOL.com/api/open",
    "openapi.akool.com/api/open",
    "//openapi.akool.com/api/open",
    "https://openapi.akool.com\u200B/api/open\r\n",
  ])("is read from %j", (text) => {
    expect(readAkoolBaseUrl(text)).toEqual({ value: BASE });
  });

  it.each([
    ["http://127.0.0.1:8788/api/open", "http://127.0.0.1:8788/api/open"],
    ["http://127.0.0.1:8788", "http://127.0.0.1:8788"],
    ["localhost:8788/api/open/", "http://localhost:8788/api/open"],
    ["[::1]:8788", "http://[::1]:8788"],
    ["https://proxy.example:8443/v3/akool", "https://proxy.example:8443/v3/akool"],
    ["https://proxy.example/v1", "https://proxy.example"],
  ])("is read from %j as %j", (text, value) => {
    expect(readAkoolBaseUrl(text)).toEqual({ value });
  });

  it.each([
    "",
    "akool",
    "http://openapi.akool.com/api/open",
    "ftp://localhost",
    "https://user@akool.com",
    "https://:pass@openapi.akool.com/api/open",
    "https://akool.com/?x=1",
    "https://akool.com/#x",
    "https://",
    "https//akool.com",
  ])("may not be %j, and the refusal says what it must be", (text) => {
    expect(readAkoolBaseUrl(text).problem).toMatch(/plain https URL/);
  });
});

describe("the hosts that videos may come from", () => {
  it.each([
    [".cloudfront.net,.akool.com", ".cloudfront.net,.akool.com"],
    ["*.r2.cloudflarestorage.com", ".r2.cloudflarestorage.com"],
    ["https://abc.r2.cloudflarestorage.com", "abc.r2.cloudflarestorage.com"],
    ["https://*.a.com/", ".a.com"],
    ["http://a.com/path?x=1#y", "a.com"],
    ["//a.com", "a.com"],
    ["a.com:443", "a.com"],
    ['".a.com"', ".a.com"],
    ['[".a.com", "b.com"]', ".a.com,b.com"],
    [".a.com;b.com", ".a.com,b.com"],
    [".a.com b.com\r\nc.com", ".a.com,b.com,c.com"],
    ["a.com, ,b.com,", "a.com,b.com"],
    ["A.Com.", "a.com"],
    [".a.com/*", ".a.com"],
    ["- .a.com\n- b.com", ".a.com,b.com"],
    ["\u200Ba.com\uFEFF", "a.com"],
    ["a.com,a.com", "a.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["DOWNLOAD_ALLOWED_HOSTS=.a.com", ".a.com"],
  ])("are read from %j as %j", (text, value) => {
    expect(readAllowedHosts(text)).toEqual({ value });
  });

  it.each(["", " , ", "[]"])("are none in %j", (text) => {
    expect(readAllowedHosts(text)).toEqual({ problem: "names no host" });
  });

  it.each([
    "*",
    ".com",
    "localhost",
    "*.*.a.com",
    "a*.com",
    "..a.com",
    "a.com:8443",
    "me@a.com",
    "a_b.com",
    "a%2ecom",
    "1.2.3.4",
    "0x7f.1",
    "[::1]",
    "a.com,http://",
    "ftp://a.com",
  ])("may not be %j", (text) => {
    expect(readAllowedHosts(text).problem).toMatch(/^must /);
  });
});

describe("a value as it was pasted", () => {
  it("is left alone when nothing of it is known", () => {
    expect(pastedValue("OTHER_NAME=5", ["NAME"])).toBe("OTHER_NAME=5");
    expect(pastedValue("https://a", ["NAME"])).toBe("https://a");
    expect(pastedValue('"', ["NAME"])).toBe('"');
  });

  it("is found below as much as anybody wraps around it, and not below more", () => {
    expect(pastedValue(`${'"'.repeat(10)}5${'"'.repeat(10)}`, [])).toBe("5");
    expect(pastedValue(`${'"'.repeat(100)}5${'"'.repeat(100)}`, [])).toContain('"');
  });
});

describe("a schema of such a value", () => {
  it("gives what was read, or the problem, and never the text", () => {
    const schema = readAs(z.string("must be set"), readApiKey);

    expect(schema.parse(' "key" ')).toBe("key");
    expect(JSON.stringify(schema.safeParse("se cret").error?.issues)).toContain("no key has");
    expect(JSON.stringify(schema.safeParse("se cret").error?.issues)).not.toContain("se cret");
    expect(schema.safeParse(7).error?.issues[0]?.message).toBe("must be set");
  });
});
