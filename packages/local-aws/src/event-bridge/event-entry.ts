import * as z from "zod/mini";

/** One entry of a PutEvents request; an error in it fails this entry only. */
export const eventEntry = z.strictObject({
  Time: z.optional(z.number()),
  Source: z.optional(z.string()),
  Resources: z.optional(z.array(z.string())),
  DetailType: z.optional(z.string()),
  Detail: z.optional(z.string()),
  EventBusName: z.optional(z.string()),
  // Accepted and dropped: there is no X-Ray on one machine.
  TraceHeader: z.optional(z.string()),
});

export type EventEntry = z.infer<typeof eventEntry>;

export interface EntryFault {
  ErrorCode: string;
  ErrorMessage: string;
}

export interface CheckedEntry {
  source: string;
  detailType: string;
  detail: Record<string, unknown>;
}

const jsonObject = z.record(z.string(), z.unknown());

/** Returns the entry's content, or the error that EventBridge reports for it. */
export function checkEntry(entry: EventEntry): CheckedEntry | EntryFault {
  const { Source: source, DetailType: detailType, Detail: detail } = entry;
  if (!source) {
    return missing("Source");
  }
  if (source.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." };
  }
  if (!detailType) {
    return missing("DetailType");
  }
  if (!detail) {
    return missing("Detail");
  }
  const parsed = parseObject(detail);
  return parsed === undefined
    ? { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." }
    : { source, detailType, detail: parsed };
}

/**
 * The size that counts against the limit of a request, in bytes.
 *
 * Source: EventBridge user guide, "Calculating PutEvents event entry size".
 */
export function entryBytes(entry: EventEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const time = entry.Time === undefined ? 0 : 14;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), time);
}

function missing(parameter: string): EntryFault {
  return {
    ErrorCode: "InvalidArgument",
    ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${parameter} is a required argument.`,
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return jsonObject.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
