import { Stack } from "aws-cdk-lib";
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Construct } from "constructs";
import type { Access } from "#domain/console-access.ts";
import { ROUTES } from "#http/routes.ts";
import { accessLog } from "#lib/api-access-log.ts";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import type { LambdaFunction } from "#lib/lambda-function.ts";

/** The stage is the first segment of every path, so CloudFront passes `/api/…` on as it came. */
export const CONSOLE_API_PATH = "/api";

/** What an authorized route asks a token for. */
export type RouteScopes = Readonly<Record<Access, string>>;

/**
 * The HTTP API of the hosted console: the same routes and the same function as the other one, for
 * people with a token, where that one is for AWS identities.
 *
 * It is reached through the console's own distribution, so no other origin has to be let in, and none
 * is.
 */
export class ConsoleApi extends Construct {
  readonly api: HttpApi;
  /** The host that CloudFront asks. */
  readonly host: string;

  constructor(scope: Construct, id: string, config: ArchiverConfig) {
    super(scope, id);
    const { stackName, region, urlSuffix } = Stack.of(this);
    this.api = new HttpApi(this, "HttpApi", {
      apiName: `${stackName}-console-api`,
      description: "The AKOOL video archiver's console",
      createDefaultStage: false,
    });
    new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: CONSOLE_API_PATH.slice(1),
      autoDeploy: true,
      throttle: { rateLimit: config.apiRateLimit, burstLimit: config.apiBurstLimit },
      accessLogSettings: accessLog(this, config.logRetentionDays, "console-api"),
    });
    this.host = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /** Has the API's function answer every route, each to tokens with its own scope alone. */
  answerRoutes(
    handler: LambdaFunction,
    authorizer: IHttpRouteAuthorizer,
    scopes: RouteScopes,
  ): void {
    const integration = new HttpLambdaIntegration("Handler", handler.function, {
      scopePermissionToRoute: false,
    });
    for (const { method, path, access } of Object.values(ROUTES)) {
      this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        authorizer,
        authorizationScopes: [scopes[access]],
      });
    }
  }
}
