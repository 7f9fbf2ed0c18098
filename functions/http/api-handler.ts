import type { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import httpRouter from "@middy/http-router";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyResultV2,
  APIGatewayProxyStructuredResultV2,
  Handler,
} from "aws-lambda";
import type { BufferedMeter } from "#aws/meter.ts";
import { RequestRefused } from "#domain/refusals.ts";
import { callerOf } from "./caller.ts";
import { type ConsoleAccess, requirePermission } from "./console-access.ts";
import { jsonReply } from "./operation.ts";
import { HttpProblem, problemOf } from "./problem.ts";
import { ROUTES, type RouteName } from "./routes.ts";

type Operation = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** One operation for every route of the list; a missing one does not compile. */
export type Operations = Readonly<Record<RouteName, Operation>>;

type GatewayHandler = Handler<APIGatewayProxyEventV2, APIGatewayProxyResultV2>;

/**
 * The API's Lambda handler: middy's router over the operations, and problem details (RFC 9457).
 * Every answer is logged with who asked, and metrics are written at the end.
 *
 * @param access what users of the hosted console may do; absent where there is none
 */
export function apiHandler(
  operations: Operations,
  logger: Logger,
  meter: BufferedMeter,
  access?: ConsoleAccess,
) {
  const routes = Object.entries(ROUTES).map(([name, { method, path, access: needed }]) => {
    const handler: GatewayHandler = async (event) => {
      const videoModelId = event.pathParameters?.videoModelId;
      if (videoModelId !== undefined) logger.appendKeys({ videoModelId });
      const caller = callerOf(event);
      if (caller.name !== undefined) logger.appendKeys({ caller: caller.name });
      requirePermission(access, event.requestContext.apiId, needed, caller);
      const reply = await operations[name as RouteName](event);
      logger.info("answered", { route: `${method} ${path}`, status: reply.statusCode });
      return reply;
    };
    return { method, path, handler };
  });
  const router = httpRouter<APIGatewayProxyEventV2, APIGatewayProxyResultV2>({
    routes,
    notFoundResponse: ({ method, path }) => {
      throw new HttpProblem("route-not-found", `there is no ${method} ${path}`);
    },
  });
  return middy<APIGatewayProxyEventV2, APIGatewayProxyResultV2>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .before(({ event }) => {
      event.requestContext.http.path = pathAsRouted(event);
    })
    .after(() => meter.flush())
    .onError((request) => {
      request.response = problemReply(request.error, logger);
      meter.flush();
    })
    .handler(router);
}

/**
 * The path by which API Gateway has chosen the route. The one in the event is decoded, so the
 * router would take an encoded slash inside a parameter for a separator.
 */
function pathAsRouted({
  routeKey,
  pathParameters,
  requestContext,
}: APIGatewayProxyEventV2): string {
  const template = routeKey.split(" ")[1] ?? requestContext.http.path;
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(pathParameters?.[name] ?? ""),
  );
}

/** An unexpected error goes to the log only; the caller gets a request id to ask about. */
function problemReply(error: unknown, logger: Logger): APIGatewayProxyStructuredResultV2 {
  const refusal = error instanceof RequestRefused ? problemOf(error) : error;
  const problem =
    refusal instanceof HttpProblem
      ? refusal
      : new HttpProblem("internal-error", "the fault is in the log under the request id");
  if (problem === refusal) {
    logger.info("refused", { problem: problem.problem, status: problem.status });
  } else {
    logger.error("the API has failed", error instanceof Error ? error : new Error(String(error)));
  }
  return jsonReply(
    {
      status: problem.status,
      body: problem.toDocument(),
      headers: problem.details.headers ?? {},
    },
    "application/problem+json",
  );
}
