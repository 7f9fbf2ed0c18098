import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient, GetDashboardCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { paginateListServiceQuotas, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { readAkoolSecret } from "#aws/akool-secret.ts";
import { type Check, type Finding, failed, ok, warning } from "./checks.ts";
import { type PlannedStack, propertiesOf, textOf } from "./planned-stack.ts";

/** Where a stack is about to be deployed. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What an account must have, and must not have, before a stack is deployed. */
export function accountChecks(stack: PlannedStack, place: Place): readonly Check[] {
  return [
    { name: "bootstrap", run: isBootstrapped },
    { name: "secret", run: () => hasSecret(secretNameOf(stack)) },
    { name: "stack", run: () => isDeployable(stack.name) },
    ...nameChecks(stack, place),
    { name: "Lambda's concurrency", run: hasConcurrency },
    { name: "quotas of Step Functions", run: tellsQuotas },
  ];
}

/** CDK's own stack; its version is what the template asks for. */
async function isBootstrapped(): Promise<Finding> {
  const Name = "/cdk-bootstrap/hnb659fds/version";
  const version = await new SSMClient()
    .send(new GetParameterCommand({ Name }))
    .then(({ Parameter }) => Number(Parameter?.Value), missing("ParameterNotFound"));
  if (version === undefined) return failed("there is none: npx cdk bootstrap");
  return version >= 6 ? ok(`version ${version}`) : failed(`version ${version}: npx cdk bootstrap`);
}

function secretNameOf(stack: PlannedStack): string {
  const text = JSON.stringify(propertiesOf(stack, "AWS::Lambda::Function"));
  return /"AKOOL_SECRET_NAME":"([^"]+)"/.exec(text)?.[1] ?? "";
}

/** Names the shape, never the content. */
async function hasSecret(name: string): Promise<Finding> {
  const secret = await readAkoolSecret(new SecretsManagerClient(), name).catch(
    missing("ResourceNotFoundException"),
  );
  if (secret === undefined) return failed(`${name} is not there: see docs/operations.md`);
  const { apiKey, token, clientId, clientSecret } = secret;
  if ((apiKey ?? token ?? (clientId && clientSecret)) === undefined) {
    return failed(`${name} must hold JSON like {"apiKey": "…", "clientId": "…"}`);
  }
  return clientId === undefined || (apiKey ?? clientSecret) === undefined
    ? warning(`${name} has no clientId: webhooks cannot be opened`)
    : ok(`${name} has what polls and webhooks need`);
}

/** States of a stack from which CloudFormation makes no other. */
const STUCK = /^(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED|.*IN_PROGRESS)$/;

async function isDeployable(StackName: string): Promise<Finding> {
  const status = await new CloudFormationClient()
    .send(new DescribeStacksCommand({ StackName }))
    .then(({ Stacks }) => Stacks?.[0]?.StackStatus, missing("ValidationError"));
  if (status === undefined) return ok(`${StackName} is not there yet`);
  if (STUCK.test(status)) return failed(`${StackName} is ${status}: see docs/operations.md`);
  return ok(`${StackName} is ${status}: it will be updated`);
}

/** Names that the template gives itself; all others are made by CloudFormation. */
function nameChecks(stack: PlannedStack, { account, region }: Place): readonly Check[] {
  const names = (type: string, property: string) =>
    propertiesOf(stack, type)
      .filter((properties) => property in properties)
      .map((properties) => textOf(properties[property], account, region));
  const bus = names("AWS::Events::EventBus", "Name").map((Name) => ({
    name: `event bus ${Name}`,
    run: () => isFree(stack, new EventBridgeClient().send(new DescribeEventBusCommand({ Name }))),
  }));
  const dashboards = names("AWS::CloudWatch::Dashboard", "DashboardName").map((DashboardName) => ({
    name: `dashboard ${DashboardName}`,
    run: () =>
      isFree(stack, new CloudWatchClient().send(new GetDashboardCommand({ DashboardName }))),
  }));
  const logs = names("AWS::Logs::LogGroup", "LogGroupName").map((logGroupNamePrefix) => ({
    name: `log group ${logGroupNamePrefix}`,
    run: async () => {
      const asked = new DescribeLogGroupsCommand({ logGroupNamePrefix });
      const { logGroups = [] } = await new CloudWatchLogsClient().send(asked);
      const isThere = logGroups.some(({ logGroupName }) => logGroupName === logGroupNamePrefix);
      return nameFinding(stack, isThere);
    },
  }));
  return [...bus, ...dashboards, ...logs];
}

async function isFree(stack: PlannedStack, found: Promise<unknown>): Promise<Finding> {
  const absent = ["ResourceNotFoundException", "ResourceNotFound", "DashboardNotFoundError"];
  return nameFinding(stack, (await found.catch(missing(...absent))) !== undefined);
}

async function nameFinding({ name }: PlannedStack, isThere: boolean): Promise<Finding> {
  if (!isThere) return ok("is free");
  const asked = new DescribeStacksCommand({ StackName: name });
  const own = await new CloudFormationClient().send(asked).catch(missing("ValidationError"));
  return own === undefined ? failed("is taken, and the stack is not there") : ok("is the stack's");
}

/** New accounts begin with 10, which serve a trial. */
const ENOUGH_COPIES = 100;

async function hasConcurrency(): Promise<Finding> {
  const { AccountLimit } = await new LambdaClient().send(new GetAccountSettingsCommand());
  const free = AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  const text = `${free} of ${AccountLimit?.ConcurrentExecutions} copies are free`;
  return free >= ENOUGH_COPIES ? ok(text) : warning(`${text}: see docs/capacity.md`);
}

/** Told, not judged: how much is needed depends on the jobs. */
async function tellsQuotas(): Promise<Finding> {
  const wanted = /open executions|StartExecution|StateTransition/i;
  const told: string[] = [];
  const pages = paginateListServiceQuotas(
    { client: new ServiceQuotasClient() },
    { ServiceCode: "states" },
  );
  for await (const { Quotas = [] } of pages) {
    for (const { QuotaName = "", Value } of Quotas) {
      if (wanted.test(QuotaName)) told.push(`${QuotaName} ${Value}`);
    }
  }
  return ok(told.join("; "));
}

/** @returns a handler that takes these errors for "is not there", and no other */
function missing(...names: readonly string[]) {
  return (error: unknown): undefined => {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  };
}
