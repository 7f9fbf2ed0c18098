/** Signs requests with AWS credentials (Signature Version 4), for Node.js. */
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

type Source = ConstructorParameters<typeof SignatureV4>[0];

export interface AwsSigning {
  /** The region of the stack. */
  readonly region: string;
  /** A profile of the AWS configuration files; otherwise the usual chain of sources is asked. */
  readonly profile?: string;
  /** Instead of that chain. */
  readonly credentials?: Source["credentials"];
}

/**
 * For `createArchiver({ url, sign: signWithAws({ region }) })`. Credentials come from where the AWS
 * command line finds them: environment, configuration files, SSO, web identity, container, instance.
 */
export function signWithAws(signing: AwsSigning): (request: Request) => Promise<Request> {
  const { region, profile } = signing;
  const signer = new SignatureV4({
    service: "execute-api",
    region,
    credentials: signing.credentials ?? defaultProvider({ ...(profile && { profile }) }),
    sha256: Sha256,
  });
  return async (request) => {
    const url = new URL(request.url);
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const { headers: signed } = await signer.sign({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== "" && { port: Number(url.port) }),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...Object.fromEntries(request.headers), host: url.host },
      body,
    });
    // fetch names the host itself.
    const { host: _, ...headers } = signed;
    const { method, signal, redirect } = request;
    return new Request(url, { method, signal, redirect, headers, ...(body && { body }) });
  };
}
