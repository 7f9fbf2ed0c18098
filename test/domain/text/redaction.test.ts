import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  maskSecrets,
  quotedProse,
  quotedText,
  redactField,
  redactText,
} from "#domain/text/redaction.ts";

const SIGNATURE = "5f2e9c1ab34d5f2e9c1ab34d5f2e9c1ab34d5f2e9c1ab34d5f2e9c1ab34d0000";
const TASK_TOKEN = `AQCEAAAAKgAAAAMAAAAAAAAAA${"b7Qz/+x".repeat(20)}=`;
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";

/** Of the processor, so that what else the machine does makes no difference. */
function millisecondsOf(work: () => void): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1_000;
  });
  return Math.min(...times);
}

describe("a redacted text", () => {
  it.each([
    [
      `GET https://b.s3.amazonaws.com/a.png?X-Amz-Expires=900&X-Amz-Signature=${SIGNATURE} failed`,
      "GET https://b.s3.amazonaws.com/a.png?[redacted] failed",
    ],
    [
      "cannot load (https://d1.cloudfront.net/a.mp4?Expires=1&Signature=abc~d&Key-Pair-Id=K1)",
      "cannot load (https://d1.cloudfront.net/a.mp4?[redacted]",
    ],
    ["https://d1.cloudfront.net/a.mp4#Signature", "https://d1.cloudfront.net/a.mp4?[redacted]"],
    ["https://user:pass@example.com/a", "https://[redacted]@example.com/a"],
    ["http://user:pass@example.com/a", "http://[redacted]@example.com/a"],
    ["http://example.com/a?key=b c", "http://example.com/a?[redacted] c"],
    [
      "api_key=a1 apikey=b2 client_secret=c3 clientsecret=d4",
      "api_key=[redacted] apikey=[redacted] client_secret=[redacted] clientsecret=[redacted]",
    ],
    [
      "api-key: a1, apikey: b2, client-secret: c3, clientsecret: d4",
      "api-key: [redacted], apikey: [redacted], client-secret: [redacted], clientsecret: [redacted]",
    ],
    [
      "token: a1, -token: b2, taskToken: c3, cookie: d4, set-cookie: e5",
      "token: [redacted], -token: [redacted], taskToken: [redacted], cookie: [redacted], set-cookie: [redacted]",
    ],
    ['{"password" :\t"short"}', '{"password" :\t"[redacted]"}'],
    [
      "…&Policy=eyJTd&Signature=ab-c~&Key-Pair-Id=K2",
      "…&Policy=[redacted]&Signature=[redacted]&Key-Pair-Id=[redacted]",
    ],
    [
      `X-Amz-Security-Token=abc%2F; X-Amz-Credential=AKIA/eu`,
      "X-Amz-Security-Token=[redacted]; X-Amz-Credential=[redacted]",
    ],
    ["authorization: Bearer abcdefgh.ijkl", "authorization: [redacted] [redacted]"],
    ["sent bearer sk_live_12345678", "sent bearer [redacted]"],
    ["sent bearer   sk_live_12345678", "sent bearer [redacted]"],
    ['{"x-api-key":"short","a":1}', '{"x-api-key":"[redacted]","a":1}'],
    [
      '"{\\"dataEncrypt\\":\\"aGk=\\",\\"nonce\\":1}"',
      '"{\\"dataEncrypt\\":\\"[redacted]\\",\\"nonce\\":1}"',
    ],
    [`Value '${TASK_TOKEN}' at 'taskToken'`, "Value '[redacted]' at 'taskToken'"],
    [`token ${JWT} has expired`, "token [redacted] has expired"],
    ["key AKIAIOSFODNN7EXAMPLE is disabled", "key [redacted] is disabled"],
  ])("of %s is %s", (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    "the source answered HTTP 403",
    'secret akool-video-archiver/akool must be JSON like {"apiKey"',
    "code 1101: token has expired",
    "arn:aws:states:eu-west-1:123456789012:execution:TrackingStateMachine:426a8cfe915cec2fdfa23d54-1",
    "host d2qf6ukcym4kn9.cloudfront.net is not among DOWNLOAD_ALLOWED_HOSTS",
    "https://d2qf6ukcym4kn9.cloudfront.net/1754363091791-1423.mp4",
    "at archiveJob (file:///var/task/index.mjs:1:2345)",
  ])("leaves alone what is none: %s", (text) => {
    expect(redactText(text)).toBe(text);
  });

  it("is the same when it is redacted again", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.webUrl({ withQueryParameters: true }),
        (a, b) => {
          const once = redactText(`${a} ${b}`);
          expect(redactText(once)).toBe(once);
        },
      ),
    );
  });

  /** What a hostile text repeats: beginnings of what the rules look for, and of nothing. */
  const PARTS = [
    "https://",
    "https://a",
    "https://a:",
    "http://aaaaaaaaa/",
    "http://a@",
    "a@",
    "a:",
    "authorization:\\\\",
    "authorization     ",
    "token\\\\\\\\",
    "token:",
    "-token",
    "task",
    "cookie::::",
    "Bearer ",
    "bearer     ",
    "Signature=",
    "eyJ-",
    "eyJ.",
    "eyJaaaaaaaaa.",
    "-eyJ",
    `${"a".repeat(99)} `,
    "AKIA",
    "=A",
    " ",
    "a",
    '\\"',
    "<title>",
    "\ud83d",
  ];

  it.each(PARTS)("takes time in proportion to the text, whatever that repeats: %s", (part) => {
    const short = millisecondsOf(() => redactText(part.repeat(32_000 / part.length), ["abcdefgh"]));
    const long = millisecondsOf(() => redactText(part.repeat(256_000 / part.length), ["abcdefgh"]));

    // Eight times the text: a rule that is quadratic takes sixty-four times as long, and seconds.
    expect(long).toBeLessThan(Math.max(400, 24 * short));
  });

  it("is cut to the length that is asked for, also where the mask is longer than the secret", () => {
    const text = "https://a/?b ".repeat(100);

    expect(quotedText(text, 200)).toHaveLength(200);
    expect(quotedText(text, 200)).not.toContain("?b");
  });
});

describe("a quoted text", () => {
  it("shows no half of a secret where it is cut", () => {
    const key = `sk-${"a1B2c3D4".repeat(4)}`;
    for (let before = 0; before < 60; before++) {
      const shown = quotedText(`${"x ".repeat(before)}${key} and more`, 60, [key]);
      expect(shown).not.toContain("a1B2c3D");
      expect(shown.length).toBeLessThanOrEqual(60);
    }
  });

  it("ends with a short word as it is, and in a character never", () => {
    expect(quotedText("reason reason", 10)).toBe("reason rea");
    expect(quotedText("reason \u{1F600}", 8)).toBe("reason ");
  });

  it("costs no more than what is shown of it", () => {
    const long = "eyJ-".repeat(5_000_000);

    expect(millisecondsOf(() => quotedText(long, 2_000))).toBeLessThan(400);
  });
});

describe("what a customer has written", () => {
  it.each([
    "signature: bold",
    "Close-up: is she smiling? Then fade to scene #2.",
    "password: open sesame, token=golden, authorization: none",
    "https://example.com/page?chapter=2#end",
    "x".repeat(500),
  ])("stays as it is: %s", (text) => {
    expect(quotedProse(text, 2_000)).toBe(text);
  });

  it.each([
    "https://b.s3.amazonaws.com/a.png?X-Amz-Expires=900&X-Amz-Signature=5f2e",
    "https://d1.cloudfront.net/a.mp4?Expires=1&Signature=5f2e&Key-Pair-Id=K1",
    "https://storage.googleapis.com/b/a?X-Goog-Signature=5f2e",
    "http://a.blob.core.windows.net/c/a?sv=2024&sig=5f2e",
    "https://a.example/a?token=5f2e",
  ])("is without the signature of an address in it: %s", (address) => {
    const shown = quotedProse(`like ${address} but red`, 2_000);

    expect(shown).toBe(`like ${address.slice(0, address.indexOf("?"))}?[redacted] but red`);
  });

  it("has the length that is asked for, also where the mask is longer", () => {
    expect(quotedProse("https://a/?sig=1 ".repeat(50), 100).length).toBeLessThanOrEqual(100);
  });
});

const secretText = fc.oneof(
  fc.string({ minLength: 8, maxLength: 64, unit: "grapheme" }),
  fc.base64String({ minLength: 8, maxLength: 64 }),
  fc.string({
    minLength: 8,
    maxLength: 40,
    unit: fc.constantFrom("\\", '"', "/", "+", "a", "\n", "é"),
  }),
);
/** The mask itself, and what JSON always has, would be found in any text. */
const secret = secretText.filter((it) => !"[redacted][bytes]".includes(it));

/** Something that holds the secret somewhere: in a text, a name, an error, a list, a map of maps. */
function holding(secretValue: string): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.constant(secretValue),
    fc.tuple(fc.string(), fc.string()).map(([a, b]) => `${a}${secretValue}${b}`),
    fc.constant(JSON.stringify({ a: secretValue })),
    fc.constant(encodeURIComponent(secretValue)),
  );
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      text,
      text.map((it) => ({ [it]: 1 })),
      text.map((it) => new Error(it)),
      text.map((it) => new Error("outer", { cause: new Error(it) })),
      text.map((it) => Object.assign(new Error("outer"), { response: { body: it, text: it } })),
      text.map((it) => Buffer.from(it)),
      text.map((it) => new TextEncoder().encode(it)),
      tie("value").map((it) => [it, it]),
      fc.tuple(fc.string(), tie("value")).map(([name, it]) => ({ [name]: it, also: it })),
    ),
  })).value;
}

/** As the logger writes a value: errors are spread out before they are written. */
function write(value: unknown, secrets: readonly string[]): string {
  const replace = redactField(secrets);
  return (
    JSON.stringify({ value }, (name, given: unknown) => {
      const shown = replace(name, given);
      if (!(shown instanceof Error)) return shown;
      const { message, stack, cause } = shown;
      return { ...shown, message, stack, cause };
    }) ?? ""
  );
}

describe("a redacted value", () => {
  it("never holds the secret, wherever and however it was in it", () => {
    fc.assert(
      fc.property(
        secret.chain((it) => fc.tuple(fc.constant(it), holding(it))),
        ([hidden, value]) => {
          const written = write(value, [hidden]);

          expect(written).not.toContain(hidden);
          expect(written).not.toContain(JSON.stringify(hidden).slice(1, -1));
          expect(JSON.stringify(JSON.parse(written))).not.toContain(hidden);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each(["authorization", "x-api-key", "X-Api-Key", "apiKey", "taskToken", "Set-Cookie", "body"])(
    "hides the field %s, whatever it holds",
    (name) => {
      expect(JSON.parse(write({ [name]: { any: "thing" } }, []))).toEqual({
        value: { [name]: "[redacted]" },
      });
    },
  );

  it("is the value itself when it holds nothing secret", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(
          !/redact|token|signature|cookie|body|secret|pass|auth|key|[?#@]/i.test(
            JSON.stringify(value),
          ),
        );
        expect(write(value, ["a-secret"])).toBe(JSON.stringify({ value }));
      }),
    );
  });

  it("shows no bytes, which would spell a secret out in numbers", () => {
    const value = { buffer: Buffer.from("hidden"), array: new TextEncoder().encode("hidden") };

    expect(JSON.parse(write(value, []))).toEqual({
      value: { buffer: "[bytes]", array: "[bytes]" },
    });
  });

  it("shows what merely has a type, and the other fields beside one with a secret in its name", () => {
    const typed = { type: "faceswap", token: undefined, none: null };

    expect(JSON.parse(write(typed, []))).toEqual({ value: { type: "faceswap", none: null } });
    expect(JSON.parse(write({ "a-secret": 1, other: 2 }, ["a-secret"]))).toEqual({
      value: { "[redacted]": 1, other: 2 },
    });
  });

  it("keeps lists and errors as they are, for the logger to spread", () => {
    const [list, error] = [["a"], new Error("b")];

    expect(redactField([])("list", list)).toBe(list);
    expect(redactField([])("error", error)).toBe(error);
  });

  it("keeps the place of a circle, for the logger to find", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;

    expect(redactField([])("self", circle)).toBe(circle);
  });
});

describe("a masked secret", () => {
  it("is found as JSON, as PHP's JSON and as a URL writes it", () => {
    const key = 'ab/cd+"ef=';
    const text = [key, JSON.stringify(key), '"ab\\/cd+\\"ef="', encodeURIComponent(key)].join(" ");

    expect(maskSecrets(text, [key])).toBe('[redacted] "[redacted]" "[redacted]" [redacted]');
  });

  it("has eight characters or more: a shorter one is a placeholder", () => {
    expect(maskSecrets("a demo of the demo-key1", ["demo", "demo-key1"])).toBe(
      "a demo of the [redacted]",
    );
  });
});
