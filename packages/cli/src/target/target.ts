import { UsageError } from "../output/usage-error.ts";

/** Which archiver is meant. */
export type Target =
  | { readonly kind: "local"; readonly url: string }
  | { readonly kind: "url"; readonly url: string }
  | {
      readonly kind: "stack";
      readonly stack: string;
      readonly region: string | undefined;
      readonly profile: string | undefined;
    };

/** The flags that name one. */
export interface TargetFlags {
  readonly local?: string | undefined;
  readonly stack?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly url?: string | undefined;
}

export const LOCAL_URL = "http://127.0.0.1:8787";

/**
 * The target that the flags name; nothing where they name none.
 *
 * @throws UsageError for flags that do not go together, and for an address that is none
 */
export function targetOf(flags: TargetFlags): Target | undefined {
  const { local, stack, region, profile, url } = flags;
  const named = [local, stack, url].filter((it) => it !== undefined);
  if (named.length > 1) throw new UsageError("--local, --stack and --url exclude each other");
  if (stack === undefined && (region !== undefined || profile !== undefined)) {
    throw new UsageError("--region and --profile go with --stack NAME");
  }
  if (local !== undefined) {
    return { kind: "local", url: local === "" ? LOCAL_URL : loopback(address(local, "--local")) };
  }
  if (url !== undefined) return { kind: "url", url: secure(address(url, "--url")) };
  return stack === undefined ? undefined : { kind: "stack", stack, region, profile };
}

/** In words: for messages. */
export function describeTarget(target: Target): string {
  if (target.kind === "local") return `the archiver on this machine, ${target.url}`;
  if (target.kind === "url") return `the archiver at ${target.url}`;
  const where = [target.region, target.profile && `profile ${target.profile}`].filter(Boolean);
  return `the stack ${target.stack}${where.length > 0 ? ` (${where.join(", ")})` : ""}`;
}

function address(text: string, flag: string): URL {
  const url = URL.parse?.(text) ?? tryParse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `${flag} wants an address such as ${LOCAL_URL}, not ${JSON.stringify(text)}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(`${flag} must not hold a password: it would be seen by everybody here`);
  }
  return url;
}

function tryParse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function isLoopback({ hostname }: URL): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);
}

function loopback(url: URL): string {
  if (!isLoopback(url)) {
    throw new UsageError("--local is this machine; for another one: --url, or --stack");
  }
  return url.href.replace(/\/$/, "");
}

/** A token must not travel in the clear. */
function secure(url: URL): string {
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw new UsageError("--url must be https: the token would travel in the clear");
  }
  return url.href.replace(/\/$/, "");
}
