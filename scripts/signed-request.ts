import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";

/** SHA-256, as the signer wants to be given it. */
class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super("sha256", secret);
  }
}

const credentials = defaultProvider();

/** Calls an HTTP API of API Gateway with the caller's own signature. */
export async function fetchSigned(
  address: string,
  region: string,
  { method = "GET", body }: { readonly method?: string; readonly body?: string } = {},
): Promise<Response> {
  const url = new URL(address);
  const signer = new SignatureV4({ credentials, region, service: "execute-api", sha256: Sha256 });
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body }),
  });
  return fetch(url, { method, headers, ...(body !== undefined && { body }) });
}
