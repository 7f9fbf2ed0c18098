import { ArchiverUnreachable } from "./errors.ts";

export type Send = (request: Request) => Promise<Response>;

const TRIES = 4;
const FIRST_PAUSE_MS = 250;
/** A longer `Retry-After` is left to the caller. */
const LONGEST_PAUSE_MS = 60_000;
/** API Gateway answers within 30 s, or not at all. */
const ANSWER_WITHIN_MS = 40_000;

/**
 * Sends a request, again if need be: after no answer, and after 429, 500, 503, 504 and 409 with
 * `Retry-After` (the same request is under way). Only what is read, or has an `Idempotency-Key`, is
 * ever sent again: nothing else that may cost money twice.
 *
 * @param send one try; it gets a request of its own
 * @throws ArchiverUnreachable when no answer came to the last try; the signal's reason when aborted
 */
export function repeating(send: Send): Send {
  return async (request) => {
    const tries = mayBeRepeated(request) ? TRIES : 1;
    for (let tried = 1; ; tried += 1) {
      const outcome = await attempt(send, request);
      const pause = pauseAfter(outcome, tried);
      if (tried === tries || pause === undefined) return answerOf(outcome);
      if (outcome instanceof Response) await outcome.body?.cancel();
      await sleep(pause, request.signal);
    }
  };
}

/** The seconds of a `Retry-After`, which may also be a date. */
export function retryAfterSeconds({ headers }: Response): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

/** @throws the signal's reason */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", aborted);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", aborted, { once: true });
  });
}

function mayBeRepeated({ method, headers }: Request): boolean {
  return method === "GET" || method === "HEAD" || headers.has("idempotency-key");
}

async function attempt(send: Send, request: Request): Promise<Response | ArchiverUnreachable> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    return await send(new Request(request.clone(), { signal }));
  } catch (error) {
    request.signal.throwIfAborted();
    return new ArchiverUnreachable(`no answer from ${new URL(request.url).origin}`, {
      cause: error,
    });
  }
}

/** @throws ArchiverUnreachable where there is none */
function answerOf(outcome: Response | ArchiverUnreachable): Response {
  if (outcome instanceof ArchiverUnreachable) throw outcome;
  return outcome;
}

function isPassing(response: Response): boolean {
  if (response.status === 409) return response.headers.has("retry-after");
  return [429, 500, 503, 504].includes(response.status);
}

/**
 * Milliseconds until the next try; undefined where none would help, or only much later. What the
 * answer asks for goes first, otherwise it is exponential, with jitter on the upper half.
 */
function pauseAfter(outcome: Response | ArchiverUnreachable, tried: number): number | undefined {
  const backOff = FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.5 + Math.random() / 2);
  if (!(outcome instanceof Response)) return backOff;
  if (!isPassing(outcome)) return undefined;
  const asked = retryAfterSeconds(outcome);
  if (asked === undefined) return backOff;
  return asked * 1000 > LONGEST_PAUSE_MS ? undefined : asked * 1000;
}
