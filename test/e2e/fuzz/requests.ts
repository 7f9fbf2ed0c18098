import fc from "fast-check";
import { hostileBody, validBody } from "./bodies.ts";
import { type Declared, operations } from "./document.ts";
import type { RawRequest } from "./raw-client.ts";
import { type Known, namedValue, TRICKY_NAMES } from "./schema-values.ts";

export interface FuzzRequest extends RawRequest {
  /** Built by the document: a refusal as invalid would contradict it. */
  valid: boolean;
}

/** What is sent, for a report. */
export function shown({ method, target, headers, body }: FuzzRequest): string {
  const content = body === undefined ? "no body" : JSON.stringify(body.toString("latin1"));
  return [`${method} ${target}`, JSON.stringify(headers), content]
    .map((line) => (line.length > 500 ? `${line.slice(0, 500)}… (${line.length})` : line))
    .join("\n  ");
}

type Headers = RawRequest["headers"];
type Parameter = Declared["parameters"][number];

const characters = (min: number, max: number) =>
  fc.string({
    unit: fc.integer({ min, max }).map((code) => String.fromCharCode(code)),
    maxLength: 40,
  });

/** What may stand in a request's target without being encoded. */
const visible = characters(0x21, 0x7e);
/** What may stand in a header: bytes that are no ASCII as well, in Latin 1. */
const headerText = fc.oneof(visible, characters(0x80, 0xff));

/** Percent-encodings that a decoder has to survive, and places that a path must not lead to. */
const TRICKY_TEXTS = [
  "%",
  "%zz",
  "%00",
  "%0d%0aset-cookie:a=b",
  "%2e%2e%2f",
  "..",
  ".",
  "%2F",
  "a%2Fb",
  "a%2Fvideo",
  "a%2Fsettlement",
  "%252F",
  "%C0%AF",
  "%ff%fe",
  "%ED%A0%80",
  "%F0%9F%98%80",
  "%E2%80%AE",
  "{videoModelId}",
  "*",
  "+",
  "%20",
  "100%25",
  "a'%22;--",
  "x".repeat(2_000),
  "x".repeat(9_000),
  ...TRICKY_NAMES.map(encodeURIComponent),
];

const trickyText = fc.oneof(
  fc.constantFrom(...TRICKY_TEXTS),
  visible.map((text) => text.replace(/[/?#]/g, "")),
);

/** Requests by the document; of an operation, everything that it admits. */
export function validRequest(known: Known): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      method: fc.constant(operation.method),
      target: targetOf(operation, (parameter) =>
        encoded(validParameter(operation, parameter, known)),
      ),
      headers: headersOf(operation, known),
      body:
        operation.body === undefined ? fc.constant(undefined) : validBody(operation.body, known),
      valid: fc.constant(true),
    }),
  );
}

/** Requests to declared operations with anything wrong: parameters, headers, bodies. */
export function hostileRequest(known: Known): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      method: fc.constant(operation.method),
      target: fc
        .tuple(
          targetOf(operation, (parameter) =>
            fc.oneof(
              { weight: 3, arbitrary: encoded(validParameter(operation, parameter, known)) },
              { weight: 2, arbitrary: trickyText },
            ),
          ),
          fc.oneof({ weight: 3, arbitrary: fc.constant("") }, { weight: 1, arbitrary: oddQuery }),
        )
        .map(([target, query]) => joinedQuery(target, query)),
      headers: fc
        .tuple(
          fc.oneof(headersOf(operation, known), fc.constant<Headers>([])),
          fc.array(oddHeader, { maxLength: 3 }),
          fc.option(contentType, { nil: undefined }),
        )
        .map(([usual, odd, type]) => [...withType(usual, type), ...odd]),
      body: fc.oneof(
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 3, arbitrary: hostileBody(operation.body, known) },
        ...(operation.body ? [{ weight: 3, arbitrary: validBody(operation.body, known) }] : []),
      ),
      valid: fc.constant(false),
    }),
  );
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND"];

/** Requests to what the document does not declare; some hit a declared operation by chance. */
export function strayRequest(known: Known): fc.Arbitrary<FuzzRequest> {
  const path = fc.oneof(
    fc
      .constantFrom(...operations)
      .chain((operation) =>
        targetOf(operation, (p) => encoded(validParameter(operation, p, known))),
      ),
    fc
      .array(
        fc.oneof(trickyText, fc.constantFrom("jobs", "JOBS", "imports", "_local", "video", "")),
        {
          maxLength: 5,
        },
      )
      .map((segments) => `/${segments.join("/")}`),
    fc.constantFrom("*", "//jobs", "/jobs/", "/jobs//video", "/./jobs", "http://elsewhere/jobs"),
    fc.constantFrom(...operations).map(({ path: template }) => `${template}/`),
  );
  return fc.record({
    method: fc.constantFrom(...METHODS),
    target: fc.tuple(path, fc.oneof(fc.constant(""), oddQuery)).map(([a, b]) => joinedQuery(a, b)),
    headers: fc.array(oddHeader, { maxLength: 2 }),
    body: fc.oneof(fc.constant(undefined), hostileBody(undefined, known)),
    valid: fc.constant(false),
  });
}

function targetOf(
  { path, parameters }: Declared,
  value: (parameter: Parameter) => fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const filled = fc
    .record(Object.fromEntries(inPath.map((parameter) => [parameter.name, value(parameter)])))
    .map((values) => path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ""));
  const query = fc
    .record(Object.fromEntries(inQuery.map((parameter) => [parameter.name, value(parameter)])), {
      requiredKeys: inQuery.filter(({ required }) => required).map(({ name }) => name),
    })
    .map((values) =>
      Object.entries(values)
        .map((pair) => pair.join("="))
        .join("&"),
    );
  return fc.tuple(filled, query).map(([target, text]) => joinedQuery(target, text));
}

const joinedQuery = (target: string, query: string) =>
  query === "" ? target : `${target}${target.includes("?") ? "&" : "?"}${query}`;

const encoded = (value: fc.Arbitrary<string>) => value.map(encodeURIComponent);

/** Each list has cursors of its own: `listImports.cursor` goes before `cursor`. */
function validParameter({ id }: Declared, { name, schema }: Parameter, known: Known) {
  const own = known[`${id}.${name}`];
  return namedValue(name, schema, own === undefined ? known : { ...known, [name]: own }).map(
    String,
  );
}

function headersOf(operation: Declared, known: Known): fc.Arbitrary<Headers> {
  const { parameters, body } = operation;
  const inHeader = parameters.filter((parameter) => parameter.in === "header");
  return fc
    .tuple(...inHeader.map((parameter) => validParameter(operation, parameter, known)))
    .map((values) => [
      ...inHeader.map(({ name }, index) => [name, values[index] ?? ""] as const),
      ...(body === undefined ? [] : [["Content-Type", "application/json"] as const]),
    ]);
}

const contentType = fc.oneof(
  fc.constantFrom(
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    "application/json;charset=utf-16",
    "application/vnd.api+json",
    "application/jsonx",
    "application/json, text/plain",
    "text/plain",
    "text/html",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "image/png",
    "",
    ";",
  ),
  headerText,
);

function withType(headers: Headers, type: string | undefined): Headers {
  const others = headers.filter(([name]) => name.toLowerCase() !== "content-type");
  return type === undefined ? headers : [...others, ["Content-Type", type]];
}

const oddHeader = fc.oneof(
  fc.constantFrom<readonly [string, string]>(
    ["Accept", "text/html;q=0.9, */*;q=0"],
    ["Accept-Encoding", "gzip, br"],
    ["Authorization", "AWS4-HMAC-SHA256 Credential=x"],
    ["Authorization", "Bearer "],
    ["Content-Encoding", "gzip"],
    ["Cookie", "a=b; __proto__=c; =; ;"],
    ["Host", "elsewhere.example"],
    ["Idempotency-Key", "a"],
    ["Idempotency-Key", ""],
    ["Idempotency-Key", "b c"],
    ["Idempotency-Key", "é"],
    ["Origin", "https://elsewhere.example"],
    ["Origin", "null"],
    ["Range", "bytes=0-0"],
    ["If-None-Match", "*"],
    ["X-HTTP-Method-Override", "DELETE"],
    ["X-Forwarded-Host", "elsewhere.example"],
    ["X-Amzn-Trace-Id", "Root=nonsense"],
    ["__proto__", "polluted"],
    ["constructor", "polluted"],
    ["X-Long", "x".repeat(5_000)],
    ["X-Too-Long", "x".repeat(17_000)],
  ),
  headerText.map((bytes): readonly [string, string] => ["X-Bytes", bytes]),
);

const oddQuery = fc.oneof(
  fc.constantFrom(
    "limit=1&limit=2",
    "status=archived&status=archived",
    "cursor=",
    "tag=",
    "limit=0",
    "limit=-1",
    "limit=101",
    "limit=1e1",
    "from=2026-02-30T00:00:00Z",
    "from=now",
    "from=9999-12-31T23:59:59Z&to=0000-01-01T00:00:00Z",
    "__proto__=1",
    "__proto__[a]=1",
    "constructor.prototype=1",
    "toString=1",
    "&&&",
    "=",
    "?",
    "%",
    "a=%zz",
    "%00=%00",
    `a=${"x".repeat(7_000)}`,
    Array.from({ length: 700 }, (_, n) => `p${n}=1`).join("&"),
  ),
  fc.string({ maxLength: 60 }).map((text) => `cursor=${encodeURIComponent(text.toWellFormed())}`),
  fc
    .string({ maxLength: 60 })
    .map((text) => `cursor=${Buffer.from(text, "utf8").toString("base64url")}`),
  forgedCursor(),
  visible.map((text) => text.replace(/#/g, "")),
);

/** By its form a cursor of ours, of a place that no list of ours has. */
function forgedCursor() {
  return fc
    .tuple(fc.constantFrom("0000", "1999", "2026", "9999"), fc.constantFrom("00", "13", "99"))
    .map(([year, month]) => {
      const key = Buffer.from(`${year}-${month}-01T00:00:00.000Z#00000000`);
      return `cursor=${key.toString("base64url")}`;
    });
}
