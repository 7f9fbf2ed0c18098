import { Duration, Stack } from "aws-cdk-lib";
import {
  CfnRoute,
  CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  type IHttpRouteAuthorizer,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Construct } from "constructs";
import { ROUTES, WEBHOOK_ROUTE } from "#http/routes.ts";
import { accessLog } from "./api-access-log.ts";
import { apiDomain } from "./api-domain.ts";
import type { ArchiverConfig } from "./config-schema.ts";
import { LambdaFunction } from "./lambda-function.ts";

/**
 * The HTTP API: throttled and logged, and authorized unless a route says why it is not.
 *
 * It stands before the functions that answer it, since functions are told its address.
 */
export class JobApi extends Construct {
  readonly api: HttpApi;
  /** Without a slash at the end. */
  readonly url: string;
  /** Where AKOOL's webhooks reach this deployment. */
  readonly webhookUrl: string;
  readonly #stage: HttpStage;

  constructor(scope: Construct, id: string, config: ArchiverConfig) {
    super(scope, id);
    const cors = corsFor(config);
    this.api = new HttpApi(this, "HttpApi", {
      apiName: `${Stack.of(this).stackName}-job-api`,
      description: "Jobs of the AKOOL video archiver",
      defaultAuthorizer: authorizerFor(config),
      createDefaultStage: false,
      ...(cors === undefined ? {} : { corsPreflight: cors }),
    });
    const domain = apiDomain(this, config);
    this.url = domain === undefined ? this.api.apiEndpoint : `https://${config.apiDomainName}`;
    this.webhookUrl = `${this.url}${WEBHOOK_ROUTE.path}`;
    this.#stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      autoDeploy: true,
      ...(domain === undefined ? {} : { domainMapping: { domainName: domain } }),
      throttle: { rateLimit: config.apiRateLimit, burstLimit: config.apiBurstLimit },
      accessLogSettings: accessLog(this, config.logRetentionDays, "job-api"),
    });
  }

  /** Gives routes a throttle of their own: what they take is not counted to the other routes. */
  throttleRoutes(
    routes: readonly HttpRoute[],
    { rateLimit, burstLimit }: { rateLimit: number; burstLimit: number },
  ): void {
    const { defaultChild } = this.#stage.node;
    if (!(defaultChild instanceof CfnStage)) throw new TypeError("a stage is one resource");
    for (const route of routes) {
      const { defaultChild: made } = route.node;
      if (!(made instanceof CfnRoute)) throw new TypeError("a route is one resource");
      defaultChild.addPropertyOverride(`RouteSettings.${made.routeKey}`, {
        ThrottlingRateLimit: rateLimit,
        ThrottlingBurstLimit: burstLimit,
      });
      // API Gateway refuses settings for a route that is not there yet.
      defaultChild.addResourceDependency(made);
    }
  }

  /** Makes the one function that answers every route but the webhook's. */
  answerRoutes(config: ArchiverConfig, environment: Record<string, string>): LambdaFunction {
    const handler = new LambdaFunction(this, "Function", {
      entry: "job-api.ts",
      description: "Answers the HTTP API",
      environment,
      memoryMib: 512,
      // A second less than API Gateway waits: the answer to a slow request is the function's.
      timeout: Duration.seconds(29),
      logRetention: config.logRetentionDays,
      failuresReach: "API Gateway calls it and waits: the caller gets the 500, and may repeat.",
    });
    const integration = new HttpLambdaIntegration("Handler", handler.function, {
      // One permission, for this API: one a route would fill up the function's policy.
      scopePermissionToRoute: false,
    });
    for (const { method, path } of Object.values(ROUTES)) {
      this.api.addRoutes({ path, methods: [HttpMethod[method]], integration });
    }
    return handler;
  }
}

/** There is no third way: an API without authorization cannot be configured. */
function authorizerFor({ jwtIssuer, jwtAudience }: ArchiverConfig): IHttpRouteAuthorizer {
  if (jwtIssuer === undefined || jwtAudience === undefined) return new HttpIamAuthorizer();
  return new HttpJwtAuthorizer("Jwt", jwtIssuer, { jwtAudience: [jwtAudience] });
}

function corsFor({ corsAllowedOrigins }: ArchiverConfig): CorsPreflightOptions | undefined {
  if (corsAllowedOrigins === undefined) return undefined;
  const methods = new Set(Object.values(ROUTES).map(({ method }) => CorsHttpMethod[method]));
  return {
    allowOrigins: corsAllowedOrigins.split(","),
    allowMethods: [...methods],
    allowHeaders: [...REQUEST_HEADERS, ...SIGNATURE_HEADERS],
    exposeHeaders: ["ETag", "Location", "Retry-After"],
    maxAge: Duration.hours(1),
  };
}

const REQUEST_HEADERS = ["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"];
/** What a page sends along that signs its requests with AWS credentials. */
const SIGNATURE_HEADERS = ["X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token"];
