import * as z from "zod/mini";
import { type ApiAsset, type ApiRoute, UnreadableAssembly } from "./assembly.ts";
import { type Resources, resolveText } from "./intrinsics.ts";
import { identify } from "./local-names.ts";
import { readProperties } from "./strict-properties.ts";

const apiSchema = z.strictObject({
  Name: z.optional(z.unknown()),
  Description: z.optional(z.string()),
  ProtocolType: z.literal("HTTP"),
  // Not honoured: the server refuses an API with CORS; commands that serve no API ignore it.
  CorsConfiguration: z.optional(z.unknown()),
  // About the address in AWS, which this machine does not have.
  DisableExecuteApiEndpoint: z.optional(z.boolean()),
  IpAddressType: z.optional(z.string()),
  Tags: z.optional(z.unknown()),
});

const integrationSchema = z.strictObject({
  ApiId: z.unknown(),
  Description: z.optional(z.string()),
  IntegrationType: z.literal("AWS_PROXY"),
  IntegrationUri: z.unknown(),
  IntegrationMethod: z.optional(z.literal("POST")),
  PayloadFormatVersion: z.literal("2.0"),
  TimeoutInMillis: z._default(z.number(), 30_000),
});

/** Authorization is not checked locally: the server listens on the loopback interface only. */
const routeSchema = z.strictObject({
  ApiId: z.unknown(),
  RouteKey: z
    .string()
    .check(z.regex(/^[A-Z]+ \/[^+$]*$/, "not a method and a path without {greedy+} variables")),
  Target: z.unknown(),
  OperationName: z.optional(z.string()),
  AuthorizationType: z.optional(z.string()),
  AuthorizerId: z.optional(z.unknown()),
  AuthorizationScopes: z.optional(z.array(z.string())),
});

/**
 * The stack's HTTP API with its routes; nothing when it has none.
 *
 * @throws UnreadableAssembly for a property that would not be honoured, and for a second API
 */
export function readApi(resources: Resources): ApiAsset | undefined {
  const [api, ...others] = ofType(resources, "AWS::ApiGatewayV2::Api");
  if (api === undefined) return undefined;
  if (others.length > 0) throw new UnreadableAssembly("The local runner serves one HTTP API");
  const { CorsConfiguration } = readProperties(apiSchema, api.logicalId, api.properties);
  const routes = ofType(resources, "AWS::ApiGatewayV2::Route");
  return {
    id: api.logicalId,
    ...(CorsConfiguration !== undefined && { cors: CorsConfiguration }),
    routes: routes.map(({ logicalId, properties }) =>
      readRoute(readProperties(routeSchema, logicalId, properties), resources),
    ),
  };
}

function readRoute(route: z.infer<typeof routeSchema>, resources: Resources): ApiRoute {
  const [method = "", path = ""] = route.RouteKey.split(" ");
  if (method === "ANY") {
    throw new UnreadableAssembly(`The route ${route.RouteKey} cannot be served: name its methods`);
  }
  return {
    method,
    path,
    ...integrationOf(resolveText(route.Target, resources), resources),
  };
}

function integrationOf(target: string, resources: Resources) {
  const found = ofType(resources, "AWS::ApiGatewayV2::Integration").find(
    ({ ref }) => target === `integrations/${ref}`,
  );
  if (found === undefined) throw new UnreadableAssembly(`There is no ${target} to route to`);
  const integration = readProperties(integrationSchema, found.logicalId, found.properties);
  return {
    functionArn: resolveText(integration.IntegrationUri, resources),
    timeoutMs: integration.TimeoutInMillis,
  };
}

function ofType(resources: Resources, type: string) {
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([logicalId, resource]) => ({
      logicalId,
      properties: resource.Properties,
      // Nothing refers to a route, so it needs no local name.
      ref: type === "AWS::ApiGatewayV2::Route" ? logicalId : identify(logicalId, resource).ref,
    }));
}
