import type { JobFilter, JobStatus } from "@akool-archiver/client";
import { isStatus } from "./status.ts";

/** A view of the job list, as its address has it. Days are in UTC, and `to` is inclusive. */
export interface View {
  readonly status?: JobStatus | undefined;
  readonly tag?: string | undefined;
  readonly product?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 24 * 3600 * 1000;

/** Reads a view from an address; what is no filter, or not a possible one, is left out. */
export function readView(query: URLSearchParams): View {
  const status = query.get("status") ?? "";
  const tag = query.get("tag") ?? "";
  return {
    ...(isStatus(status) && { status }),
    ...(isTag(tag) && { tag }),
    ...optional("product", query.get("product")),
    ...optional("from", day(query.get("from"))),
    ...optional("to", day(query.get("to"))),
  };
}

/** The view as the end of an address; empty for all jobs. */
export function writeView(view: View): string {
  const query = new URLSearchParams();
  for (const name of ["status", "tag", "product", "from", "to"] as const) {
    const value = view[name];
    if (value !== undefined && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** What the API filters; the product it does not know, {@link View} keeps it for the page. */
export function apiFilter({ status, tag, from, to }: View): JobFilter {
  return {
    ...optional("status", status),
    ...optional("tag", tag),
    ...(from && { from: `${from}T00:00:00.000Z` }),
    ...(to && { to: new Date(Date.parse(to) + DAY_MS).toISOString() }),
  };
}

export function isEmptyView(view: View): boolean {
  return writeView(view) === "";
}

/** As the API takes it: `name:value`. */
export function isTag(text: string): boolean {
  return /^[^:]{1,128}:.{0,256}$/s.test(text);
}

function day(text: string | null): string | undefined {
  if (text === null || !DAY.test(text) || Number.isNaN(Date.parse(text))) return undefined;
  return text;
}

function optional<Name extends string, Value>(name: Name, value: Value | null | undefined) {
  return (value === null || value === undefined || value === "" ? {} : { [name]: value }) as {
    [K in Name]?: Value;
  };
}
