import type { SignInSettings } from "@akool-archiver/console/sign-in-settings.ts";
import { type RemovalPolicy, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import type { RouteScopes } from "./console-api.ts";
import { ConsoleUsers, RESOURCE_SERVER, signInOrigin } from "./console-users.ts";

/** Whose tokens open the console, and what they have to say. */
export interface ConsoleSignIn {
  readonly issuer: string;
  readonly audience: string;
  /** What the page is told. */
  readonly page: SignInSettings;
  /** The stack's own user pool, if it has one. */
  readonly users?: ConsoleUsers;
}

/** The scopes of the routes: the configured ones, or those of the stack's user pool. */
export function routeScopes(config: ArchiverConfig): RouteScopes {
  return {
    read: config.consoleReadScope ?? `${RESOURCE_SERVER}/read`,
    operate: config.consoleOperateScope ?? `${RESOURCE_SERVER}/operate`,
  };
}

/** Where the page gets its tokens, an origin; known before anything is made. */
export function tokenOrigin(stack: Stack, config: ArchiverConfig): string {
  const { consoleIssuer } = config;
  return consoleIssuer === undefined ? signInOrigin(stack, config) : new URL(consoleIssuer).origin;
}

/** The configured provider, else a user pool of the stack's own. */
export function consoleSignIn(
  scope: Construct,
  config: ArchiverConfig,
  site: { readonly siteUrl: string; readonly removalPolicy: RemovalPolicy },
): ConsoleSignIn {
  const { consoleIssuer: issuer, consoleClientId: clientId } = config;
  if (issuer === undefined || clientId === undefined) return poolSignIn(scope, config, site);
  const { consoleAudience, consoleOperatorGroup } = config;
  return {
    issuer,
    audience: consoleAudience ?? clientId,
    page: {
      issuer,
      clientId,
      ...scopesOf(config),
      ...(consoleAudience !== undefined && { audience: consoleAudience }),
      ...(consoleOperatorGroup !== undefined && { operatorGroup: consoleOperatorGroup }),
    },
  };
}

function poolSignIn(
  scope: Construct,
  config: ArchiverConfig,
  site: { readonly siteUrl: string; readonly removalPolicy: RemovalPolicy },
): ConsoleSignIn {
  const users = new ConsoleUsers(scope, "Users", { config, ...site });
  const origin = signInOrigin(Stack.of(scope), config);
  const { region, urlSuffix } = Stack.of(scope);
  // As tokens spell it, and as the attribute ProviderURL says, which not every emulator has.
  const issuer = `https://cognito-idp.${region}.${urlSuffix}/${users.pool.userPoolId}`;
  const clientId = users.client.userPoolClientId;
  return {
    issuer,
    audience: clientId,
    users,
    page: {
      issuer,
      clientId,
      ...scopesOf(config),
      operatorGroup: users.operatorGroup,
      // Given, since the pool's own document lies on another host than its sign-in.
      endpoints: {
        authorization: `${origin}/oauth2/authorize`,
        token: `${origin}/oauth2/token`,
        signOut: `${origin}/logout`,
      },
    },
  };
}

function scopesOf(config: ArchiverConfig) {
  const { read, operate } = routeScopes(config);
  return { readScope: read, operateScope: operate };
}
