import type { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { BufferedMeter } from "#aws/meter.ts";
import type { MetricName } from "#domain/metrics.ts";
import { errorsWithoutSecrets } from "#runtime/logging.ts";
import type { WebhookOutcome } from "#use-cases/webhook/receive-webhook.ts";
import { WEBHOOK_PROBES } from "./routes.ts";

/** A webhook of AKOOL has a few hundred bytes; nothing larger is even parsed. */
const MAX_BODY_BYTES = 16 * 1024;

export interface WebhookHandling {
  receive: (text: string) => Promise<WebhookOutcome>;
  meter: BufferedMeter;
}

/** Always the same answer, whatever is wrong: a forger must not learn how far it came. */
const REFUSAL: APIGatewayProxyStructuredResultV2 = {
  statusCode: 400,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ message: "refused" }),
};

/** AKOOL retries on anything but exactly 200. */
const SUCCESS: APIGatewayProxyStructuredResultV2 = {
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: "{}",
};

/** Probes of the address, by AKOOL or by whoever configures it. */
const PROBE_ROUTE_KEYS: ReadonlySet<string> = new Set(
  WEBHOOK_PROBES.map(({ method, path }) => `${method} ${path}`),
);
const PRESENCE: APIGatewayProxyStructuredResultV2 = { statusCode: 200, body: "" };

const METRICS: Readonly<Record<WebhookOutcome, readonly MetricName[]>> = {
  refused: ["WebhookRefused"],
  woke: ["WebhookWoke"],
  stale: ["WebhookStale"],
  started: ["WebhookStarted"],
  replayed: ["WebhookReplayed"],
  ignored: ["WebhookIgnored"],
  malformed: ["WebhookIgnored", "WebhookMalformed"],
};

/**
 * The Lambda handler of the webhook. A fault of our own is thrown: API Gateway answers 500, and
 * AKOOL retries.
 */
export function webhookHandler(logger: Logger, { receive, meter }: WebhookHandling) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(errorsWithoutSecrets)
    .after(() => meter.flush())
    .onError(({ error }) => {
      logger.error("a webhook has failed", { error: error?.name, reason: error?.message });
      meter.add("WebhookFailed");
      meter.flush();
    })
    .handler(async (event) => {
      if (isProbe(event)) return PRESENCE;
      const text = bodyOf(event);
      const outcome = text === undefined ? "refused" : await receive(text);
      for (const metric of METRICS[outcome]) meter.add(metric);
      if (outcome === "refused") {
        logger.warn("refused a webhook");
        return REFUSAL;
      }
      meter.add("WebhookVerified");
      logger.info("took a webhook", { outcome });
      return SUCCESS;
    });
}

/** Probes (GET and HEAD) are answered without reading the secret or the store. */
function isProbe({ routeKey }: APIGatewayProxyEventV2): boolean {
  return PROBE_ROUTE_KEYS.has(routeKey);
}

function bodyOf({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): string | undefined {
  // Base64 is a third longer than the bytes it encodes.
  if (body.length > (MAX_BODY_BYTES * 4) / 3) return undefined;
  const text = isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
  return Buffer.byteLength(text) > MAX_BODY_BYTES ? undefined : text;
}
