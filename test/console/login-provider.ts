import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

const pem = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));

/** What a code was given out for. */
interface Given {
  readonly challenge: string;
  readonly redirectUri: string;
}

/** How the next sign-ins go. */
interface LoginBehavior {
  claims: Record<string, unknown>;
  tokenSeconds: number;
  /** Changes the way back to the page, as somebody in between could. */
  tamper: (back: URL) => void;
}

/**
 * An OpenID provider over https, for code with PKCE: it asks the person, gives every code once, and a
 * token only to who has begun the sign-in.
 */
export async function startLoginProvider() {
  const codes = new Map<string, Given>();
  const refreshTokens = new Set<string>();
  const tokens = new Map<string, Record<string, unknown>>();
  const seen = { authorizations: [] as URLSearchParams[], grants: [] as string[], signOuts: 0 };
  const behavior: LoginBehavior = {
    claims: { scope: "archiver/read archiver/operate" },
    tokenSeconds: 900,
    tamper: () => {},
  };
  let issuer = "";

  const document = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    end_session_endpoint: `${issuer}/end`,
    scopes_supported: ["openid", "offline_access"],
  });

  /** The page on which a person decides. */
  function ask(query: URLSearchParams): string {
    seen.authorizations.push(query);
    const links = ["grant", "refuse"].map((decision) => {
      const parameters = new URLSearchParams(query);
      parameters.set("decision", decision);
      return `<p><a href="/decide?${parameters.toString().replaceAll("&", "&amp;")}">${decision}</a>`;
    });
    return `<!doctype html><html lang="en"><title>Login</title>${links.join("")}`;
  }

  function decided(query: URLSearchParams): string {
    const back = new URL(query.get("redirect_uri") ?? "");
    back.searchParams.set("state", query.get("state") ?? "");
    if (query.get("decision") === "grant") {
      const code = randomUUID();
      const challenge = query.get("code_challenge") ?? "";
      codes.set(code, { challenge, redirectUri: query.get("redirect_uri") ?? "" });
      back.searchParams.set("code", code);
    } else {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "<b>not invited</b>");
    }
    behavior.tamper(back);
    return back.href;
  }

  function isGood(body: URLSearchParams): boolean {
    if (body.get("client_id") !== "console") return false;
    if (body.get("grant_type") === "refresh_token") {
      return refreshTokens.delete(body.get("refresh_token") ?? "");
    }
    const given = codes.get(body.get("code") ?? "");
    codes.delete(body.get("code") ?? "");
    const verifier = body.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    return given?.challenge === challenge && given.redirectUri === body.get("redirect_uri");
  }

  function granted(body: URLSearchParams): [status: number, answer: object] {
    seen.grants.push(String(body.get("grant_type")));
    if (!isGood(body)) return [400, { error: "invalid_grant" }];
    const payload = Buffer.from(JSON.stringify(behavior.claims)).toString("base64url");
    const token = `e30.${payload}.${randomUUID()}`;
    tokens.set(token, behavior.claims);
    const refresh = randomUUID();
    refreshTokens.add(refresh);
    const answer = { access_token: token, token_type: "Bearer", refresh_token: refresh };
    return [200, { ...answer, expires_in: behavior.tokenSeconds }];
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(String(request.url), issuer);
    response.setHeader("access-control-allow-origin", "*");
    if (pathname === "/authorize") {
      response.writeHead(200, { "content-type": "text/html" }).end(ask(searchParams));
    } else if (pathname === "/decide") {
      response.writeHead(302, { location: decided(searchParams) }).end();
    } else if (pathname === "/end") {
      seen.signOuts += 1;
      const location = searchParams.get("post_logout_redirect_uri") ?? "";
      response.writeHead(302, { location }).end();
    } else {
      const [status, json] =
        pathname === "/token"
          ? granted(new URLSearchParams(await text(request)))
          : ([200, document()] as const);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    }
  }

  const server = createServer(
    { key: pem("key"), cert: pem("certificate") },
    (request, response) => {
      answer(request, response).catch(() => void response.destroy());
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    behavior,
    seen,
    /** What a token that was given out claims. */
    claimsOf: (token: string) => tokens.get(token),
    /** Ends all sign-ins: no token is renewed. */
    revoke: () => refreshTokens.clear(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type LoginProvider = Awaited<ReturnType<typeof startLoginProvider>>;
