import type { IncomingMessage, ServerResponse } from "node:http";
import type { ConsoleSettings } from "@akool-archiver/console/console-settings.ts";
import { fileAnswer, type StaticFiles } from "@akool-archiver/console/static-files.ts";
import { serve } from "@akool-archiver/test-support/http-server.ts";
import { consoleFiles } from "#local/stack/console-files.ts";
import type { LoginProvider } from "./login-provider.ts";

const API = "/api";

/** A call of the page to the API. */
interface Call {
  readonly request: string;
  readonly status: number;
}

/**
 * The hosted console as CloudFront serves it: the page's files, what it is told, and below `/api` an
 * API that asks for a token of the provider with the route's scope.
 *
 * @param api without authorization, behind it
 */
export async function startHostedSite(provider: LoginProvider, api: string) {
  const files: StaticFiles = await consoleFiles();
  const calls: Call[] = [];
  const site = await serve((request, response) => {
    answer(request, response).catch(() => void response.destroy());
  });

  const settings: ConsoleSettings = {
    kind: "hosted",
    name: "AkoolVideoArchiver",
    apiUrl: `${site.origin}${API}`,
    signIn: {
      issuer: provider.issuer,
      clientId: "console",
      readScope: "archiver/read",
      operateScope: "archiver/operate",
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ""] = String(request.url).split("?");
    if (path === "/console.json") return json(response, 200, settings);
    if (path.startsWith(`${API}/`)) return call(request, response);
    const file = fileAnswer(files, path, { media: [], connect: [provider.issuer] });
    if (file === undefined) return json(response, 404, {});
    response.writeHead(file.statusCode, file.headers).end(file.body);
  }

  async function call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "", headers } = request;
    const path = url.slice(API.length);
    const refusal = refused(method, headers.authorization);
    calls.push({ request: `${method} ${path}`, status: refusal ?? 200 });
    if (refusal !== undefined) return json(response, refusal, { message: "Unauthorized" });
    const answered = await fetch(`${api}${path}`, {
      method,
      headers: { accept: headers.accept ?? "*/*" },
      redirect: "manual",
    });
    response.writeHead(answered.status, { "content-type": "application/json" });
    response.end(await answered.text());
  }

  /** As API Gateway: 401 without a token of the issuer, 403 without the route's scope. */
  function refused(method: string, authorization = ""): 401 | 403 | undefined {
    const claims = provider.claimsOf(authorization.replace("Bearer ", ""));
    if (claims === undefined) return 401;
    const scope = method === "GET" ? "archiver/read" : "archiver/operate";
    return String(claims.scope).split(" ").includes(scope) ? undefined : 403;
  }

  return { origin: site.origin, calls, close: site.close };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
