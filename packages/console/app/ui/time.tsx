import { ago, duration, fullTime, until } from "../logic/format.ts";
import { now } from "../state/clock.ts";

/** How long ago; the instant itself in its title. */
export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {ago(at, now.value)}
    </time>
  );
}

/** How long until then. */
export function Until({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {until(at, now.value)}
    </time>
  );
}

/** How long it has lasted so far. */
export function Since({ at }: { at: string }) {
  return <>{duration(now.value - Date.parse(at))}</>;
}

/** The instant, in the reader's time zone. */
export function At({ at }: { at: string }) {
  return <time dateTime={at}>{fullTime(at)}</time>;
}
