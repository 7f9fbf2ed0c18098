import { type Answer, answerFor, businessCode, refusal, success } from "./answer.ts";
import { createCharacterSwap } from "./character-swap.ts";
import type { JobBook } from "./job-book.ts";
import type { Tokens } from "./tokens.ts";

/** One request to the simulated API, read in full. */
export interface ApiRequest {
  readonly method: string | undefined;
  /** The path below the base URL. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly apiKey: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What the API answers from, besides the jobs. */
interface ApiState {
  readonly apiKey: string;
  readonly tokens: Tokens;
  readonly onLostAnswer: (id: string) => void;
}

/**
 * Answers one request to AKOOL's API. A wrong or missing key is refused first, and does not count
 * as a call about a job.
 *
 * @param apiKey - the key that is accepted as `x-api-key`
 * @param tokens - those that are accepted as `Authorization: Bearer`
 * @param now - epoch milliseconds
 * @returns undefined for a route that AKOOL does not document or the simulator does not have
 */
export function answerApi(
  request: ApiRequest,
  jobs: JobBook,
  { apiKey, tokens, onLostAnswer }: ApiState,
  now: number,
): Answer | undefined {
  if (`${request.method} ${request.path}` === "POST /v3/getToken") return tokens.give(request.body);
  const respond = routeOf(request, onLostAnswer);
  if (!respond) return undefined;
  if (!isAuthorised(request, apiKey, tokens)) {
    return refusal(businessCode.token, "simulator: wrong or missing API key or token");
  }
  return respond(request, jobs, now);
}

/** Nothing is taken off it. */
const BALANCE = 100_000;

type Route = (request: ApiRequest, jobs: JobBook, now: number) => Answer;

function routeOf(request: ApiRequest, onLostAnswer: ApiState["onLostAnswer"]): Route | undefined {
  switch (`${request.method} ${request.path}`) {
    case "GET /v3/content/video/infobymodelid":
      return infoByModelId;
    case "POST /v4/characterSwap/create":
      return ({ body }, jobs) => createCharacterSwap(jobs, body, onLostAnswer);
    case "GET /v3/faceswap/quota/info":
      return () => success({ credit: BALANCE });
    default:
      return undefined;
  }
}

/** `Authorization` wins: AKOOL ignores `x-api-key` beside it. */
function isAuthorised(
  { authorization, apiKey }: ApiRequest,
  expected: string,
  tokens: Tokens,
): boolean {
  if (authorization === undefined) return apiKey === expected;
  const [scheme, token = ""] = authorization.split(" ");
  return scheme === "Bearer" && tokens.accepts(token);
}

function infoByModelId({ query }: ApiRequest, jobs: JobBook, now: number): Answer {
  const id = query.get("video_model_id") ?? "";
  if (!/^[0-9a-f]{24}$/i.test(id)) {
    return refusal(businessCode.parameter, "simulator: video_model_id is not 24 hex digits");
  }
  const found = jobs.find(id);
  if (!found) return refusal(businessCode.notFound, "simulator: no such video");
  const { job, number } = jobs.countCall(found);
  return answerFor(job, now, number);
}
