import { randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import * as z from "zod/mini";
import { AwsJsonError, parseRequest, serveAwsJson } from "../http/aws-json.ts";
import type { LocalServer, PortChoice } from "../http/local-server.ts";
import { checkEntry, type EventEntry, entryBytes, eventEntry } from "./event-entry.ts";
import { mendEventLog } from "./event-log.ts";

/** An event as EventBridge hands it to a target. */
export interface EventEnvelope {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** ISO 8601 in whole seconds, as EventBridge writes it. */
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

export interface EventBridgeOptions {
  /** Names of the buses that exist; `default` does not unless it is named. */
  buses: readonly string[];
  account: string;
  region: string;
  /**
   * Called once an event, in the order of arrival. The publisher is answered when it is done; if it
   * throws or rejects, the publisher's request fails.
   */
  onEvent?: (event: EventEnvelope, busName: string) => unknown;
  /** JSON Lines file that every event is appended to. */
  file?: string;
  port?: PortChoice | undefined;
}

/** Documented for PutEvents: at most 256 KB for all the entries of one request. */
const MAX_TOTAL_BYTES = 256 * 1024;

const putEventsRequest = z.strictObject({
  Entries: z.array(eventEntry).check(z.minLength(1), z.maxLength(10)),
});

/**
 * Starts an emulator for EventBridge that supports PutEvents only.
 *
 * One difference is deliberate: AWS answers success for a bus that does not exist and drops the
 * event (aws/aws-sdk issue 186); here such a request fails with ResourceNotFoundException.
 */
export async function startEventBridge(options: EventBridgeOptions): Promise<LocalServer> {
  if (options.file !== undefined) await mendEventLog(options.file);
  return serveAwsJson({
    targetPrefix: "AWSEvents",
    protocol: "1.1",
    maxBodyBytes: 1024 * 1024,
    operations: { PutEvents: (body) => putEvents(options, body) },
    port: options.port,
  });
}

async function putEvents(options: EventBridgeOptions, body: unknown) {
  const { Entries: entries } = parseRequest(putEventsRequest, body);
  requireSize(entries);
  for (const entry of entries) {
    requireBus(options.buses, busNameOf(entry));
  }
  const results = entries.map((entry) => acceptedOrRefused(options, entry));
  await publish(
    options,
    results.flatMap((result) => (result.event === undefined ? [] : [result])),
  );
  return {
    FailedEntryCount: results.filter((result) => "fault" in result).length,
    Entries: results.map((result) =>
      "event" in result ? { EventId: result.event.id } : result.fault,
    ),
  };
}

function requireSize(entries: readonly EventEntry[]) {
  const total = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (total > MAX_TOTAL_BYTES) {
    throw new AwsJsonError(
      "ValidationException",
      `Total size of the entries in the request is over the limit: ${total} > ${MAX_TOTAL_BYTES}.`,
    );
  }
}

function busNameOf({ EventBusName: nameOrArn = "default" }: EventEntry): string {
  return nameOrArn.replace(/^arn:.*:event-bus\//, "");
}

function requireBus(buses: readonly string[], name: string) {
  if (!buses.includes(name)) {
    throw new AwsJsonError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
  }
}

function acceptedOrRefused(options: EventBridgeOptions, entry: EventEntry) {
  const checked = checkEntry(entry);
  if ("ErrorCode" in checked) {
    return { fault: checked };
  }
  const event: EventEnvelope = {
    version: "0",
    id: randomUUID(),
    "detail-type": checked.detailType,
    source: checked.source,
    account: options.account,
    time: wholeSeconds(entry.Time === undefined ? new Date() : new Date(entry.Time * 1000)),
    region: options.region,
    resources: entry.Resources ?? [],
    detail: checked.detail,
  };
  return { event, busName: busNameOf(entry) };
}

function wholeSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

async function publish(
  options: EventBridgeOptions,
  accepted: readonly { event: EventEnvelope; busName: string }[],
) {
  if (options.file !== undefined) {
    await appendFile(
      options.file,
      accepted.map(({ event }) => `${JSON.stringify(event)}\n`).join(""),
    );
  }
  for (const { event, busName } of accepted) {
    await options.onEvent?.(event, busName);
  }
}
