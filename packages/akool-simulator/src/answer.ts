import { type Bend, infoDocument } from "./documents.ts";
import { createdAt, type Job, statusAt, videoStatus } from "./job.ts";
import type { Fault, FaultEffect } from "./job-script.ts";

/** How the simulator answers one request to the API. */
export type Answer =
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly kind: "hang" }
  | { readonly kind: "reset" }
  | { readonly kind: "delay"; readonly ms: number; readonly answer: Answer };

/** The business codes that the simulator returns without a script. */
export const businessCode = {
  ok: 1000,
  parameter: 1003,
  notFound: 1008,
  token: 1101,
  noAccount: 1109,
} as const;

/**
 * Decides the answer of infobymodelid. Pure: the same job, time and number give the same answer.
 *
 * @param now - the simulator's clock, in epoch milliseconds
 * @param callNumber - which answer about this job it is; the first is 1
 */
export function answerFor(job: Job, now: number, callNumber: number): Answer {
  const fault = job.script.faults?.find((each) => applies(each, now - createdAt(job), callNumber));
  const status = statusAt(job, now);
  return fault
    ? faultyAnswer(job, status, now, fault.fault)
    : success(infoDocument(job, status, now));
}

/** @returns the answer to a call that went well. */
export function success(data: object): Answer {
  return json({ code: businessCode.ok, msg: "OK", data });
}

/** @returns the answer of getToken: the token is at the top level, without `data`. */
export function tokenAnswer(token: string): Answer {
  return json({ code: businessCode.ok, token });
}

/**
 * @param msg - AKOOL's wording is not documented for most codes, and is never to be compared
 * @returns a business error: HTTP 200, no `data`
 */
export function refusal(code: number, msg: string): Answer {
  return json({ code, msg });
}

/** @returns an error of what stands in front of AKOOL */
export function gatewayError(status: number, body = errorPage(status)): Answer {
  return reply(status, "text/html", body);
}

function applies(fault: Fault, age: number, callNumber: number): boolean {
  return "calls" in fault
    ? fault.calls[0] <= callNumber && callNumber <= fault.calls[1]
    : fault.ms[0] <= age && age < fault.ms[1];
}

function faultyAnswer(job: Job, status: number, now: number, fault: FaultEffect): Answer {
  const bent = (as: number, bend: Bend) => success(infoDocument(job, as, now, bend));
  switch (fault.kind) {
    case "code":
      return refusal(fault.code, fault.msg ?? `simulated code ${fault.code}`);
    case "http":
      return gatewayError(fault.status, fault.body);
    case "unreadable":
      return reply(200, "application/json", fault.body);
    case "hang":
    case "reset":
      return { kind: fault.kind };
    case "delay":
      return { kind: "delay", ms: fault.ms, answer: success(infoDocument(job, status, now)) };
    case "no-data":
      return json({ code: businessCode.ok, msg: "OK" });
    case "no-video":
      return bent(videoStatus.completed, { video: undefined });
    case "empty-video":
      return bent(videoStatus.completed, { video: "" });
    case "status":
      return bent(status, { video_status: fault.value });
  }
}

function json(body: object): Answer {
  return reply(200, "application/json; charset=utf-8", JSON.stringify(body));
}

function reply(status: number, contentType: string, body: string): Answer {
  return { kind: "reply", status, contentType, body };
}

function errorPage(status: number): string {
  return `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
}
