import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Json } from "../served.ts";
import { type Declared, document, operationOf } from "./document.ts";
import type { RawAnswer } from "./raw-client.ts";
import type { FuzzRequest } from "./requests.ts";

const MB = 1024 * 1024;
/** API Gateway takes no larger body. */
const GATEWAY_BODY_LIMIT = 10 * MB;
/** Lambda takes no larger event; in Base64 a body has a third more. */
const EVENT_LIMIT = 4 * MB;
/** A request line and headers of this size can be refused before they are read. */
const HEAD_LIMIT = 10_240;

/** Answers that are API Gateway's, whatever the document says. */
const GATEWAY = {
  elsewhere: { status: 403, body: '{"message":"Forbidden"}' },
  stray: { status: 404, body: '{"message":"Not Found"}' },
  tooLarge: { status: 413, body: '{"message":"Request Entity Too Large"}' },
} as const;

const THIS_MACHINE = /^(?:https?:\/\/)?(?:127\.0\.0\.1|localhost)(?::\d+)?$/i;

/** What is wrong with an answer; an empty list is what the fuzzer hopes for. */
export function faultsOf(request: FuzzRequest, answer: RawAnswer | Error): string[] {
  if (answer instanceof Error) return isHeadTooLarge(request) ? [] : [`no answer: ${answer}`];
  if (answer.status >= 500) return [`a ${answer.status}: ${answer.body}`];
  if (isHeadTooLarge(request) && answer.status === 431) return [];
  if (namesElsewhere(request)) return faultsOfGateway("elsewhere", request, answer);
  const operation = operationOf(request.method, request.target);
  if (operation === undefined) return faultsOfStray(request, answer);
  const size = request.body?.length ?? 0;
  if (size > GATEWAY_BODY_LIMIT || (size > EVENT_LIMIT && isGateways("tooLarge", answer))) {
    return faultsOfGateway("tooLarge", request, answer);
  }
  if (isGatewayMessage(answer)) return ["API Gateway has no reason to refuse this"];
  return [...faultsOfOperation(operation, answer), ...faultsOfRefusal(request, answer)];
}

/** Refused before it is a request: the body is not read then, and the connection ends. */
function isHeadTooLarge({ method, target, headers }: FuzzRequest): boolean {
  return [method, target, ...headers.flat()].join("  ").length > HEAD_LIMIT;
}

function namesElsewhere({ headers }: FuzzRequest): boolean {
  return headers.some(
    ([name, value]) => /^(?:host|origin)$/i.test(name) && !THIS_MACHINE.test(value),
  );
}

function faultsOfStray(request: FuzzRequest, answer: RawAnswer): string[] {
  if (!isPage(request)) return faultsOfGateway("stray", request, answer);
  return answer.status === 200 ? [] : ["the console's page is not served"];
}

/** The console stands in front of the API. */
function isPage({ method, target }: FuzzRequest): boolean {
  return (method === "GET" || method === "HEAD") && target.split("?")[0] === "/";
}

function isGateways(kind: keyof typeof GATEWAY, { status, body }: RawAnswer): boolean {
  return status === GATEWAY[kind].status && body === GATEWAY[kind].body;
}

function faultsOfGateway(
  kind: keyof typeof GATEWAY,
  { method }: FuzzRequest,
  answer: RawAnswer,
): string[] {
  const { status, body } = GATEWAY[kind];
  const expected = { status, type: "application/json", body: method === "HEAD" ? "" : body };
  const got = { status: answer.status, type: mediaType(answer), body: answer.body };
  if (JSON.stringify(got) === JSON.stringify(expected)) return [];
  return [`API Gateway answers ${JSON.stringify(expected)} itself`];
}

/** The document declares API Gateway's own refusals for every operation; they need a reason. */
function isGatewayMessage(answer: RawAnswer): boolean {
  return answer.status >= 400 && mediaType(answer) === "application/json";
}

function faultsOfRefusal({ valid }: FuzzRequest, { status, body }: RawAnswer): string[] {
  if (!valid || ![400, 413, 415].includes(status)) return [];
  return [`refused, though it is what the document asks for: ${body}`];
}

function faultsOfOperation(operation: Declared, answer: RawAnswer): string[] {
  const declared = operation.responses[answer.status];
  if (declared === undefined) return [`${operation.id} does not declare ${answer.status}`];
  const missing = Object.keys(declared.headers ?? {}).filter(
    (name) => !answer.headers[name.toLowerCase()],
  );
  return [
    ...missing.map((name) => `the header ${name} is missing`),
    ...faultsOfBody(declared, answer),
  ];
}

function faultsOfBody(declared: Json, answer: RawAnswer): string[] {
  if (declared.content === undefined) {
    return answer.body === "" ? [] : ["has a body, and none is declared"];
  }
  const content = declared.content[mediaType(answer)];
  if (content === undefined) return [`does not declare ${answer.headers["content-type"]}`];
  const body = parsed(answer.body);
  if (body === undefined) return ["the body is not JSON"];
  const validate = validator(content.schema);
  const faults = validate(body) ? [] : [`the body: ${JSON.stringify(validate.errors)}`];
  return mediaType(answer) === "application/problem+json"
    ? [...faults, ...faultsOfProblem(declared, answer.status, body)]
    : faults;
}

/** The description of a response lists the problem types that it can have. */
function faultsOfProblem({ description }: Json, status: number, body: Json): string[] {
  return [
    ...(body.status === status ? [] : [`the problem says ${body.status}`]),
    ...(description.includes(`${body.type}: `) ? [] : [`the problem ${body.type} is not declared`]),
  ];
}

function mediaType({ headers }: RawAnswer): string {
  return String(headers["content-type"]).split(";")[0]?.trim().toLowerCase() ?? "";
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ajv = new Ajv2020({ validateFormats: false, strict: false });
const validators = new Map<unknown, ValidateFunction>();

function validator(schema: Json): ValidateFunction {
  const found =
    validators.get(schema) ?? ajv.compile({ ...schema, components: document.components });
  validators.set(schema, found);
  return found;
}
