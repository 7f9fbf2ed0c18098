import type { IncomingMessage } from "node:http";

/** Who is called. */
export type Service = "akool" | "dynamodb" | "events" | "s3" | "secrets" | "states";

/**
 * The name of what a request asks for, as `service:Operation`: AWS's own names, and for AKOOL `poll`,
 * `create`, `source` (a result file) and `companion` (a file beside one).
 */
export function operationOf(service: Service, request: IncomingMessage): string {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return `${service}:${target.split(".").at(-1)}`;
  return `${service}:${service === "akool" ? akoolOperation(request) : s3Operation(request)}`;
}

function akoolOperation({ url = "" }: IncomingMessage): string {
  if (url.includes("infobymodelid")) return "poll";
  if (url.includes("/create")) return "create";
  return /\.(?:srt|no-caption\.mp4)(?:\?|$)/.test(url) ? "companion" : "source";
}

function s3Operation({ method = "", url = "" }: IncomingMessage): string {
  const query = new URLSearchParams(url.split("?")[1]);
  switch (method) {
    case "POST":
      return query.has("uploads") ? "CreateMultipartUpload" : "CompleteMultipartUpload";
    case "PUT":
      return query.has("partNumber") ? "UploadPart" : "PutObject";
    case "DELETE":
      return query.has("uploadId") ? "AbortMultipartUpload" : "DeleteObject";
    case "GET":
      if (query.has("uploadId")) return "ListParts";
      return query.has("uploads") ? "ListMultipartUploads" : "GetObject";
    default:
      return "HeadObject";
  }
}
