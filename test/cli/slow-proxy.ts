import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The served archiver behind another address, where the way of a video can be held up. */
export interface SlowProxy {
  readonly url: string;
  /** Sends no more of a video after so many bytes; undefined lets all pass. */
  holdAfter(bytes: number | undefined): void;
  /** The `Range` of each request for a video. */
  ranges(): (string | undefined)[];
  /** How many requests began with these words, `GET /jobs`. */
  requests(beginning: string): number;
  close(): Promise<void>;
}

const FILE = "/_file?";

export async function startSlowProxy(api: string): Promise<SlowProxy> {
  const seen: string[] = [];
  const ranges: (string | undefined)[] = [];
  let limit: number | undefined;
  let url = "";
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    if (path.startsWith(FILE)) {
      ranges.push(request.headers.range);
      await sendFile(decodeURIComponent(path.slice(FILE.length)), request, response);
      return;
    }
    seen.push(`${request.method} ${path}`);
    const { status, headers, body } = await forward(`${api}${path}`, request);
    const location = headers.get("location");
    const link = headers.get("content-type")?.includes("json") ? withLink(body, url) : body;
    response.writeHead(status, {
      "content-type": headers.get("content-type") ?? "application/json",
      ...(location && { location: status === 302 ? fileAddress(url, location) : location }),
    });
    response.end(link);
  }

  async function sendFile(address: string, { headers }: IncomingMessage, response: ServerResponse) {
    const { range } = headers;
    const file = await fetch(address, { headers: { ...(range && { range }) } });
    const bytes = Buffer.from(await file.arrayBuffer());
    response.writeHead(file.status, { "content-length": bytes.byteLength });
    if (limit === undefined || bytes.byteLength <= limit) response.end(bytes);
    else response.write(bytes.subarray(0, limit));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    holdAfter(bytes) {
      limit = bytes;
    },
    ranges: () => ranges,
    requests: (beginning) => seen.filter((it) => it.startsWith(beginning)).length,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function forward(address: string, request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = "GET", headers } = request;
  const response = await fetch(address, {
    method,
    redirect: "manual",
    headers: {
      ...(headers["content-type"] && { "content-type": headers["content-type"] }),
      ...(headers.accept && { accept: headers.accept }),
    },
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
  const { status } = response;
  return { status, headers: response.headers, body: await response.text() };
}

function fileAddress(url: string, link: string): string {
  return `${url}${FILE}${encodeURIComponent(link)}`;
}

/** A link to a video may also come as JSON. */
function withLink(body: string, url: string): string {
  const value: unknown = JSON.parse(body);
  const link = Object(value).url;
  if (typeof link !== "string") return body;
  return JSON.stringify({ ...Object(value), url: fileAddress(url, link) });
}
