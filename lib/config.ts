import type { Node } from "constructs";
import * as z from "zod/mini";
import { readKeyTemplate } from "#domain/job/key-template.ts";
import { RULES } from "./config-rules.ts";
import { type ArchiverConfig, configSchema, type Option } from "./config-schema.ts";
import { contradictionOfConsole } from "./console/console-config.ts";
import { nearestName } from "./nearest-name.ts";
import { problemOfTransitions } from "./storage-rules.ts";

/** The context key of the object, and the prefix of the single values. */
const CONTEXT_KEY = "archiver";

/** A value of the configuration was refused; the message says which, why and what to do. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/**
 * Reads and validates the configuration from CDK context.
 *
 * @param node the node of the app (or of any construct that inherits its context)
 * @throws ConfigurationError for an unknown key, a value out of bounds, or a contradiction
 */
export function configFromContext(node: Node): ArchiverConfig {
  const given = givenValues(node);
  refuseUnknownKeys(Object.keys(given));
  const parsed = configSchema.safeParse({ ...stageDefaults(given.stage), ...given });
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map((issue) => explain(issue, given)).join("\n"),
    );
  }
  refuseContradiction(parsed.data);
  return parsed.data;
}

function givenValues(node: Node): Record<string, unknown> {
  const context = z.record(z.string(), z.unknown()).parse(node.getAllContext());
  const object = z.record(z.string(), z.unknown()).safeParse(context[CONTEXT_KEY] ?? {});
  if (!object.success) {
    throw new ConfigurationError(
      `The context "${CONTEXT_KEY}" must be an object, because it holds all settings by name. ` +
        `Write it as an object in cdk.json, or set single values with -c ${CONTEXT_KEY}.<name>=<value>.`,
    );
  }
  const prefix = /^archiver[.:]/;
  const single = Object.entries(context).filter(([key]) => prefix.test(key));
  return {
    ...object.data,
    ...Object.fromEntries(single.map(([key, value]) => [key.replace(prefix, ""), value])),
  };
}

/** Two environments in one account must not read the same key by default. */
function stageDefaults(stage: unknown): { akoolSecretName?: string } {
  const known = configSchema.shape.stage.safeParse(stage).data;
  return known === undefined ? {} : { akoolSecretName: `akool-video-archiver/${known}/akool` };
}

function refuseUnknownKeys(keys: readonly string[]): void {
  const known: readonly string[] = Object.keys(RULES);
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new ConfigurationError(
    `${CONTEXT_KEY}.${unknown} is not a setting, so it would have no effect. ` +
      `Did you mean ${CONTEXT_KEY}.${nearestName(unknown, known)}?`,
  );
}

function explain(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const option = z.keyof(configSchema).parse(issue.path[0]);
  const { must, because } = RULES[option];
  return refusal(option, given[option], `must ${must}, because ${because}`);
}

function refuseContradiction(config: ArchiverConfig): void {
  const reason =
    problemOfKeys(config) ??
    problemOfStorage(config) ??
    contradictionOfPolls(config) ??
    contradictionOfDelay(config) ??
    contradictionOfTokens(config) ??
    contradictionOfSlack(config) ??
    contradictionOfDomain(config) ??
    contradictionInConsole(config) ??
    contradictionOfBudget(config);
  if (reason !== undefined) throw new ConfigurationError(reason);
}

/** What is wrong with a template depends on where: one rule for all would explain little. */
function problemOfKeys({ videoKeyTemplate }: ArchiverConfig) {
  const { problem } = readKeyTemplate(videoKeyTemplate);
  return problem && refusal("videoKeyTemplate", videoKeyTemplate, problem);
}

function problemOfStorage(config: ArchiverConfig) {
  const problem = problemOfTransitions(config);
  return problem && refusal("videoTransitions", config.videoTransitions, problem);
}

function contradictionOfPolls({ pollMinSeconds, pollMaxSeconds }: ArchiverConfig) {
  if (pollMinSeconds <= pollMaxSeconds) return undefined;
  return refusal(
    "pollMinSeconds",
    pollMinSeconds,
    `must not be above pollMaxSeconds (${pollMaxSeconds}), because the wait lies between them`,
  );
}

/** Polls that are d seconds apart notice an end d / 2 seconds late on average. */
function contradictionOfDelay(config: ArchiverConfig) {
  const { acceptableDelaySeconds, pollMinSeconds, pollMaxSeconds } = config;
  if (acceptableDelaySeconds === undefined) return undefined;
  if (
    acceptableDelaySeconds >= pollMinSeconds / 2 &&
    acceptableDelaySeconds <= pollMaxSeconds / 2
  ) {
    return undefined;
  }
  return refusal(
    "acceptableDelaySeconds",
    acceptableDelaySeconds,
    `must lie between half of pollMinSeconds (${pollMinSeconds}) and half of pollMaxSeconds ` +
      `(${pollMaxSeconds}), because polls that far apart are that late on average`,
  );
}

function contradictionOfTokens(config: ArchiverConfig) {
  return contradictionOfPair(
    config,
    ["jwtIssuer", "jwtAudience"],
    "a token is accepted for both or for neither",
  );
}

function contradictionOfSlack(config: ArchiverConfig) {
  return contradictionOfPair(
    config,
    ["slackWorkspaceId", "slackChannelId"],
    "a channel is known within its workspace only",
  );
}

function contradictionOfDomain(config: ArchiverConfig) {
  return contradictionOfPair(
    config,
    ["apiDomainName", "apiCertificateArn"],
    "a host name is served with its certificate only",
  );
}

function contradictionInConsole(config: ArchiverConfig) {
  const found = contradictionOfConsole(config);
  return found && refusal(found.option, config[found.option], found.rule);
}

function contradictionOfBudget({ creditBudget, creditBudgetStopsSwaps }: ArchiverConfig) {
  if (!creditBudgetStopsSwaps || creditBudget !== undefined) return undefined;
  return refusal("creditBudget", undefined, "must be set for creditBudgetStopsSwaps to stop at it");
}

/** Of two settings that mean nothing alone, the one that is missing is refused. */
function contradictionOfPair(
  config: ArchiverConfig,
  [one, other]: readonly [Option, Option],
  because: string,
) {
  if ((config[one] === undefined) === (config[other] === undefined)) return undefined;
  const [absent, given] = config[one] === undefined ? [one, other] : [other, one];
  return refusal(absent, undefined, `must be set along with ${given}, because ${because}`);
}

function refusal(option: Option, value: unknown, rule: string): string {
  const example = RULES[option].example ?? configSchema.parse({})[option];
  const found = value === undefined ? "not set" : JSON.stringify(value);
  return (
    `${CONTEXT_KEY}.${option} is ${found}: it ${rule}. ` +
    `Set it in cdk.json under "${CONTEXT_KEY}", or with -c ${CONTEXT_KEY}.${option}=${example}.`
  );
}
