import { request } from "node:https";
import { buffer } from "node:stream/consumers";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { CREDENTIALS, REGION } from "#rehearsal/context.ts";
import type { Emulator } from "#rehearsal/emulator/emulator.ts";

/** A request, as a client of the archiver would send it. */
export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Sends a request to the emulator, whatever host it names: no resolver has to know these hosts. */
export async function send(emulator: Emulator, asked: ApiRequest): Promise<ApiAnswer> {
  const { host, pathname, search } = new URL(asked.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: emulator.port,
        servername: "localhost",
        ca: emulator.certificate,
        method: asked.method,
        path: `${pathname}${search}`,
        headers: { ...asked.headers, host },
        timeout: 60_000,
      },
      (response) => {
        const { statusCode: status = 0, headers } = response;
        buffer(response).then((body) => resolve({ status, headers, body }), reject);
      },
    );
    sent.once("timeout", () => sent.destroy(new Error(`no answer from ${asked.url}`)));
    sent.once("error", reject).end(asked.body);
  });
}

/** Sends a request that is signed as API Gateway asks callers with an IAM identity to. */
export async function sendSigned(emulator: Emulator, asked: ApiRequest): Promise<ApiAnswer> {
  const url = new URL(asked.url);
  const signer = new SignatureV4({
    credentials: CREDENTIALS,
    region: REGION,
    service: "execute-api",
    sha256: Sha256,
  });
  const signed = await signer.sign({
    method: asked.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...asked.headers, host: url.host },
    ...(asked.body !== undefined && { body: asked.body }),
  });
  return send(emulator, { ...asked, headers: signed.headers });
}

/** SHA-256, as the signer wants to be given it. */
class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super("sha256", secret);
  }
}
