import type { JobRequest } from "@akool-archiver/client";

/** A message of the dead-letter queue; its form tells what it is. */
export type DeadLetter = {
  readonly messageId: string;
  /** The job or execution that it is about, as far as it says. */
  readonly about: string;
  readonly reason: string;
} & (
  | { readonly kind: "request"; readonly request: JobRequest }
  | { readonly kind: "execution-ended"; readonly payload: unknown }
  | { readonly kind: "refused"; readonly body: unknown }
);

interface RawMessage {
  readonly MessageId?: string | undefined;
  readonly Body?: string | undefined;
  readonly MessageAttributes?:
    | Record<string, { readonly StringValue?: string | undefined }>
    | undefined;
}

/** Three forms, as docs/operations.md describes them; anything else counts as refused. */
export function readDeadLetter({
  MessageId = "",
  Body = "",
  MessageAttributes = {},
}: RawMessage): DeadLetter {
  const body = parsed(Body);
  const fields = record(body);
  const common = { messageId: MessageId };
  const undelivered =
    MessageAttributes.ERROR_MESSAGE?.StringValue ?? MessageAttributes.ERROR_CODE?.StringValue;
  const detail = record(fields.detail);
  if (fields["detail-type"] === "Video Job Requested" && typeof detail.videoModelId === "string") {
    // The API checks the rest, as the rule's target would have.
    const request = { ...detail, videoModelId: detail.videoModelId };
    return {
      ...common,
      kind: "request",
      about: request.videoModelId,
      reason: undelivered ?? "",
      request,
    };
  }
  if (fields["detail-type"] === "Step Functions Execution Status Change") {
    const about = String(detail.executionArn ?? "");
    return { ...common, kind: "execution-ended", about, reason: undelivered ?? "", payload: body };
  }
  if (fields.requestPayload !== undefined) {
    const { errorMessage = "" } = record(fields.responsePayload);
    const about = String(record(record(fields.requestPayload).detail).executionArn ?? "");
    const reason = String(errorMessage);
    return { ...common, kind: "execution-ended", about, reason, payload: fields.requestPayload };
  }
  const reason =
    typeof fields.error === "string" ? fields.error : JSON.stringify(fields.error ?? "");
  return { ...common, kind: "refused", about: String(fields.execution ?? ""), reason, body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
