import {
  type Archiver,
  ArchiverProblem,
  ArchiverUnreachable,
  createArchiver,
} from "@akool-archiver/client";
import { conditional } from "./conditional.ts";
import { firstAlone } from "./first-alone.ts";
import { gate, settings } from "./settings.ts";
import { withToken } from "./signed-in.ts";

const send = conditional(
  firstAlone(async (request) => {
    const response = await fetch(await withToken(request));
    if (response.status === 401) gate.value = settings.value?.signIn ? "signed-out" : "closed";
    return response;
  }),
);

let archiver: Archiver | undefined;

/** The typed client, at the address that the settings name. */
export function api(): Archiver {
  archiver ??= createArchiver({ url: baseUrl(), fetch: send });
  return archiver;
}

function baseUrl(): string {
  return settings.value?.apiUrl ?? location.origin;
}

/** Whether an older archiver lacks the route. */
export function isMissingRoute(error: unknown): boolean {
  return error instanceof ArchiverProblem && error.status === 404;
}

/** Whether the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ArchiverUnreachable) return true;
  return error instanceof ArchiverProblem && (error.status >= 500 || error.status === 429);
}

/** What went wrong, for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
