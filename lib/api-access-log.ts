import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AccessLogField, AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { type IAccessLogSettings, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/**
 * One JSON line a request. The route, not the path or the query: a line holds no secret, and
 * nothing that a client writes can break or forge one. The function's log has the job's id, under
 * the same request id.
 */
const LINE = {
  requestId: AccessLogField.contextRequestId(),
  requestTime: AccessLogField.contextRequestTime(),
  sourceIp: AccessLogField.contextIdentitySourceIp(),
  // "-" for the one that the API's kind of authorization does not have.
  userArn: AccessLogField.contextIdentityUserArn(),
  subject: AccessLogField.contextAuthorizerClaims("sub"),
  routeKey: "$context.routeKey",
  status: AccessLogField.contextStatus(),
  responseLength: AccessLogField.contextResponseLength(),
  responseLatency: AccessLogField.contextResponseLatency(),
  integrationStatus: AccessLogField.contextIntegrationStatus(),
  integrationLatency: AccessLogField.contextIntegrationLatency(),
  // When the function could not be called, or gave an answer that is none.
  integrationError: "$context.integrationErrorMessage",
  // When API Gateway itself refused.
  errorType: "$context.error.responseType",
};

/** The access log of an HTTP API, in a log group of its own. @param name of the API */
export function accessLog(
  scope: Construct,
  retention: RetentionDays,
  name: "job-api" | "console-api",
): IAccessLogSettings {
  const group = new LogGroup(scope, "AccessLogs", {
    // Under this prefix log delivery needs no resource policy, of which an account has ten.
    logGroupName: `/aws/vendedlogs/apigateway/${Stack.of(scope).stackName}-${name}`,
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return {
    destination: new LogGroupLogDestination(group),
    format: AccessLogFormat.custom(JSON.stringify(LINE)),
  };
}
