import { useEffect } from "preact/hooks";
import { pollPause } from "../logic/poll-pause.ts";
import { isPassing, messageOf } from "./api.ts";
import { connectionBack, connectionLost } from "./connection.ts";
import { gate } from "./settings.ts";

export interface Polled {
  /** Reads once. What it throws and does not pass by itself is its own to show. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Whether changes are expected soon. */
  readonly isBusy: () => boolean;
}

/** Says that this page has just changed something: whoever polls asks at once. */
const CHANGED = "archiver-changed";

/** Has every page that is shown read anew, after an action. */
export function pollNow(): void {
  dispatchEvent(new Event(CHANGED));
}

/**
 * Reads now and again until it is stopped: not in the background, at once on return, and less and less
 * often while the archiver does not answer.
 */
function startPolling({ run, isBusy }: Polled): () => void {
  const stop = new AbortController();
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  let isAskedAgain = false;

  /** How many reads in a row have failed. */
  async function failuresAfterRun(): Promise<number> {
    try {
      await run(stop.signal);
      connectionBack();
      return 0;
    } catch (error) {
      if (!stop.signal.aborted && isPassing(error)) connectionLost(messageOf(error));
      return failures + 1;
    }
  }

  async function poll(): Promise<void> {
    isAskedAgain = isRunning;
    if (isRunning || document.visibilityState === "hidden") return;
    clearTimeout(timer);
    isRunning = true;
    failures = await failuresAfterRun();
    isRunning = false;
    if (stop.signal.aborted || gate.value !== "open") return;
    timer = setTimeout(poll, isAskedAgain ? 0 : pollPause(isBusy(), failures));
  }

  const askNow = () => void poll();
  const heard: [EventTarget, string][] = [
    [document, "visibilitychange"],
    [globalThis, "online"],
    [globalThis, CHANGED],
  ];
  for (const [target, name] of heard) target.addEventListener(name, askNow);
  askNow();
  return () => {
    stop.abort();
    clearTimeout(timer);
    for (const [target, name] of heard) target.removeEventListener(name, askNow);
  };
}

/** Polls while a component is shown. @param key whose change begins anew */
export function usePolling(key: string, polled: Polled): void {
  // The functions of the first drawing serve until the key changes: they read signals.
  useEffect(() => startPolling(polled), [key]);
}
