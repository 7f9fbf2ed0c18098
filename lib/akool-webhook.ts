import { Duration, Validations } from "aws-cdk-lib";
import { HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { WEBHOOK_PROBES, WEBHOOK_ROUTE } from "#http/routes.ts";
import type { ArchiverConfig } from "./config-schema.ts";
import type { JobApi } from "./job-api.ts";
import { LambdaFunction } from "./lambda-function.ts";

/** What the webhook is wired to. */
export interface AkoolWebhookProps {
  readonly api: JobApi;
  readonly config: ArchiverConfig;
  readonly environment: Record<string, string>;
}

/** The one address that is open, and the function of its own that answers it and nothing else. */
export class AkoolWebhook extends Construct {
  readonly handler: LambdaFunction;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: AkoolWebhookProps) {
    super(scope, id);
    const { api, config, environment } = props;
    const receiver = new LambdaFunction(this, "Function", {
      entry: "akool-webhook.ts",
      description: "Verifies AKOOL's webhooks and has their videos polled",
      environment,
      memoryMib: 256,
      timeout: Duration.seconds(15),
      logRetention: config.logRetentionDays,
      reservedConcurrency: config.webhookConcurrency,
      failuresReach:
        "API Gateway calls it and waits: AKOOL gets the 500 and comes again, and polling needs no " +
        "webhook.",
    });
    this.handler = receiver;
    this.role = receiver.role;
    const routes = api.api.addRoutes({
      path: WEBHOOK_ROUTE.path,
      methods: [WEBHOOK_ROUTE, ...WEBHOOK_PROBES].map(({ method }) => HttpMethod[method]),
      integration: new HttpLambdaIntegration("Receiver", receiver.function),
      authorizer: new HttpNoneAuthorizer(),
    });
    api.throttleRoutes(routes, {
      rateLimit: config.webhookRateLimit,
      burstLimit: config.webhookBurstLimit,
    });
    for (const route of routes) {
      Validations.of(route).acknowledge({
        id: "AwsSolutions-APIG4",
        reason:
          "AKOOL has neither AWS credentials nor a token to show. It signs and encrypts what it " +
          "sends: the function verifies that, and even then believes nothing but AKOOL's own API.",
      });
    }
  }
}
