import { createSign, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { send } from "./deployment/requests.ts";
import type { Prober } from "./probes.ts";
import { until } from "./scenarios/until.ts";

const KEY_ID = "probe";
const AUDIENCE = "probe";
const StackName = "rehearsal-probe-tokens";

/** Has an HTTP API believe a token that its issuer has signed. */
export async function believesTokens(prober: Prober): Promise<boolean> {
  const issuer = await startIssuer();
  try {
    const url = await makeApi(prober, issuer.url);
    const authorization = `Bearer ${issuer.token()}`;
    const { status } = await send(prober.emulator, {
      method: "GET",
      url,
      headers: { authorization },
    });
    return status === 200;
  } finally {
    issuer.close();
    await prober.aws.cloudFormation.send(new DeleteStackCommand({ StackName }));
  }
}

/** Publishes its key as OpenID Connect wants it, and answers 200 to whatever the API passes on. */
async function startIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys = [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID, alg: "RS256", use: "sig" }];
  let url = "";
  const server = createServer((request, response) => {
    const isDocument = request.url?.endsWith("openid-configuration");
    const body = isDocument ? { issuer: url, jwks_uri: `${url}/jwks` } : { keys };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token() {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: url, aud: AUDIENCE, iat: now, exp: now + 600, scope: "read" };
      const signed = [{ alg: "RS256", kid: KEY_ID }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
      return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @returns the address of an API whose one route asks for the issuer's tokens */
async function makeApi({ aws, stack }: Prober, issuer: string): Promise<string> {
  const { cloudFormation } = aws;
  const TemplateBody = JSON.stringify(templateOf(issuer));
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
  const apiId = await until("an API with tokens", async () => {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === "Id")?.OutputValue;
  });
  const url = new URL(stack.output("ApiUrl"));
  url.hostname = [apiId, ...url.hostname.split(".").slice(1)].join(".");
  return `${url.origin}/probe`;
}

function templateOf(issuer: string) {
  const ApiId = { Ref: "Api" };
  const resource = (Type: string, Properties: object) => ({
    Type: `AWS::ApiGatewayV2::${Type}`,
    Properties,
  });
  return {
    Resources: {
      Api: resource("Api", { Name: "probe", ProtocolType: "HTTP" }),
      Stage: resource("Stage", { ApiId, StageName: "$default", AutoDeploy: true }),
      Authorizer: resource("Authorizer", {
        ApiId,
        Name: "probe",
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Audience: [AUDIENCE], Issuer: issuer },
      }),
      Integration: resource("Integration", {
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "GET",
        IntegrationUri: `${issuer}/probe`,
        PayloadFormatVersion: "1.0",
      }),
      Route: resource("Route", {
        ApiId,
        RouteKey: "GET /probe",
        AuthorizationType: "JWT",
        AuthorizationScopes: ["read"],
        AuthorizerId: { Ref: "Authorizer" },
        Target: { "Fn::Join": ["/", ["integrations", { Ref: "Integration" }]] },
      }),
    },
    Outputs: { Id: { Value: ApiId } },
  };
}
