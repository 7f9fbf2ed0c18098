import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What must never be seen; each would be found as it is, wherever it came out. */
export const SECRETS = {
  apiKey: "kR7tQ0aXw2Zs9LmV4bNc8DfG",
  clientId: "Cid5hJq8Wz1Xy6Pn",
  bearer: "b3ar3r-Zk83hsPq",
  taskToken: `AQCEAAAAKgAAAAMAAAAAAAAAA${"b7Qz/+xT".repeat(20)}`,
  signature: "5f2e9c1ab34d5f2e9c1ab34d77",
  payload: "cGF5bG9hZC1vZi1hLXdlYmhvb2s",
} as const;

export const SIGNED_QUERY = `X-Amz-Expires=900&X-Amz-Signature=${SECRETS.signature}`;

/** How a service quotes what it was sent, or has in its own log. */
export const QUOTE = [
  `x-api-key: ${SECRETS.apiKey}`,
  `Authorization: Bearer ${SECRETS.bearer}`,
  `Value '${SECRETS.taskToken}' at 'taskToken' failed`,
  `GET https://inputs.s3.amazonaws.com/face.png?${SIGNED_QUERY}`,
  JSON.stringify({ dataEncrypt: SECRETS.payload, apiKey: SECRETS.apiKey }),
].join("; ");

export interface Services {
  url: string;
  /** Bodies of PutEvents. */
  events: string[];
  /** What the next requests are answered with; an entry that is missing is answered well. */
  faults: Partial<Record<"aws" | "secret" | "akool" | "source", Answer>>;
  /** The record that DynamoDB gives for every job. */
  record: Record<string, unknown> | undefined;
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse) => void;

/** AWS, AKOOL and a video's source in one server, which answers well or as a fault says. */
export async function startServices(): Promise<Services> {
  const services: Omit<Services, "url" | "close"> = { events: [], faults: {}, record: undefined };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers["x-amz-target"] ?? "");
    if (target.endsWith("PutEvents")) services.events.push(body);
    const kind = kindOf(request, target);
    const fault = services.faults[kind];
    if (fault !== undefined) fault(response);
    else if (kind === "source") serveVideo(response);
    else if (kind === "akool") serveAkool(request, response);
    else if (target === "") serveS3(request, response);
    else response.end(JSON.stringify(answerOf(target, services.record)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(services, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
}

function kindOf({ url = "" }: IncomingMessage, target: string): keyof Services["faults"] {
  if (target.startsWith("secretsmanager")) return "secret";
  if (url.startsWith("/akool")) return "akool";
  return url.startsWith("/source") ? "source" : "aws";
}

function answerOf(target: string, record: Services["record"]): unknown {
  const item = record && asItem(record);
  switch (target.split(".").at(-1)) {
    case "GetSecretValue": {
      const { apiKey, clientId } = SECRETS;
      return { SecretString: JSON.stringify({ apiKey, clientId }) };
    }
    case "GetItem":
      return item === undefined ? {} : { Item: item };
    case "UpdateItem":
      return { Attributes: asItem({ status: "processing", taskToken: SECRETS.taskToken }) };
    case "Query":
      return { Items: item === undefined ? [] : [item] };
    case "PutEvents":
      return { FailedEntryCount: 0, Entries: [] };
    case "DescribeExecution":
      return { status: "RUNNING" };
    default:
      return { executionArn: "arn:aws:states:us-east-1:1:execution:a:b", startDate: 1 };
  }
}

/** As DynamoDB writes an item. */
function asItem(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, asValue(value)]));
}

function asValue(value: unknown): unknown {
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value !== "object" || value === null) return { S: String(value) };
  return Array.isArray(value) ? { L: value.map(asValue) } : { M: asItem(value) };
}

/** The first box of a video is enough. */
const VIDEO = Buffer.from("\0\0\0\x10ftypisom\0\0\0\0", "latin1");

function serveVideo(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "video/mp4", "content-length": VIDEO.length });
  response.end(VIDEO);
}

function serveAkool({ url = "" }: IncomingMessage, response: ServerResponse): void {
  const _id = new URL(url, "http://a").searchParams.get("video_model_id");
  const data = { _id, video_status: 2, image_url: `https://a.example/b?${SIGNED_QUERY}` };
  response.end(JSON.stringify({ code: 1000, msg: "OK", data }));
}

function serveS3({ method }: IncomingMessage, response: ServerResponse): void {
  response.setHeader("content-type", "application/xml").setHeader("etag", '"e"');
  response.setHeader("x-amz-checksum-crc32", "AAAAAA==");
  if (method === "HEAD") response.setHeader("content-length", VIDEO.length).end();
  else response.end(method === "GET" ? "<ListMultipartUploadsResult/>" : "");
}
