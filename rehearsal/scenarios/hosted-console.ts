import assert from "node:assert/strict";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { REGION } from "#rehearsal/context.ts";
import { type ApiAnswer, send, sendSigned } from "#rehearsal/deployment/requests.ts";
import type { Scenario, Stage } from "./scenario.ts";

/** The API of the hosted console. Nobody can sign in: see `signedTokens` among the gaps. */
export const hostedConsoleScenarios: readonly Scenario[] = [
  { name: "the hosted console's API lets in nobody without a token of its sign-in", run: refuse },
];

const RETRY = "/jobs/689174694b4dbdd4ab3d28c9/retry";

/** Before our function runs, on a route for readers as on one for operators. */
async function refuse(stage: Stage): Promise<void> {
  const url = await apiUrl(stage);
  const ask = (method: string, path: string, headers = {}): Promise<ApiAnswer> =>
    send(stage.emulator, { method, url: `${url}${path}`, headers });
  const forged = { authorization: `Bearer ${forgedToken(stage)}` };
  const refused: Record<string, Promise<ApiAnswer>> = {
    "no token": ask("GET", "/jobs"),
    "no token, for what is open nowhere": ask("GET", "/health"),
    "no token, to change something": ask("POST", RETRY),
    "what is no token": ask("GET", "/jobs", { authorization: "Bearer nonsense" }),
    "a token that nobody has signed": ask("GET", "/jobs", forged),
    "such a token, to change something": ask("POST", RETRY, forged),
    "AWS credentials": sendSigned(stage.emulator, { method: "GET", url: `${url}/jobs` }),
  };
  for (const [who, answer] of Object.entries(refused)) {
    const { status, body } = await answer;
    assert.equal(status, 401, who);
    assert.deepEqual(JSON.parse(body.toString()), { message: "Unauthorized" }, who);
  }
  // The one open route of the other API is not on this one.
  assert.equal((await ask("GET", "/webhooks/akool")).status, 404);
}

/** No output names it, since CloudFront alone asks it; the function is told which one it is. */
async function apiUrl({ aws, stack }: Stage): Promise<string> {
  const FunctionName = stack.functionName("JobApi");
  const asked = new GetFunctionConfigurationCommand({ FunctionName });
  const { Environment } = await aws.lambda.send(asked);
  const url = new URL(stack.output("ApiUrl"));
  url.hostname = [Environment?.Variables?.CONSOLE_API_ID, ...url.hostname.split(".").slice(1)].join(
    ".",
  );
  return `${url.origin}/api`;
}

/** It says what an operator's says. */
function forgedToken({ stack }: Stage): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: `https://cognito-idp.${REGION}.amazonaws.com/${stack.output("ConsoleUserPoolId")}`,
    scope: "archiver/read archiver/operate",
    "cognito:groups": ["operators"],
    exp: Math.floor(Date.now() / 1000) + 600,
  };
  return `${part({ alg: "none", kid: "none" })}.${part(claims)}.`;
}
