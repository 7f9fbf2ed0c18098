import { readFileSync } from "node:fs";
import { Stack } from "aws-cdk-lib";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { METRICS } from "#domain/metrics.ts";
import { ArchiverMetrics, type MonitoredFunction } from "#lib/monitoring/metrics.ts";
import { resourceRules } from "#lib/monitoring/resource-alarms.ts";
import { anchorOf, headingsOf } from "#test/support/markdown.ts";
import { ownFunctions } from "#test/support/own-functions.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms";
/** A quota of CloudWatch on the metrics of an alarm's expression. */
const MOST_METRICS_OF_AN_ALARM = 10;

const metricSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.optional(z.array(z.object({ Name: z.string(), Value: z.unknown() }))),
});

const alarmSchema = z.object({
  AlarmDescription: z.string(),
  Threshold: z.number(),
  ComparisonOperator: z.string(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number(),
  Period: z.optional(z.number()),
  TreatMissingData: z.string(),
  MetricName: z.optional(z.string()),
  Namespace: z.optional(z.string()),
  Dimensions: z.optional(z.array(z.object({ Name: z.string(), Value: z.unknown() }))),
  Metrics: z.optional(
    z.array(
      z.object({
        Expression: z.optional(z.string()),
        MetricStat: z.optional(
          z.object({ Metric: metricSchema, Period: z.number(), Stat: z.string() }),
        ),
      }),
    ),
  ),
});
type AlarmProperties = z.infer<typeof alarmSchema>;

/** Every alarm that there can be. */
const ALL = { creditBudget: 1_000 };

let template: Template;
let alarms: Map<string, AlarmProperties>;
beforeAll(() => {
  template = synthesizeTemplate({ archiver: ALL });
  alarms = alarmsOf(template);
});

/** The alarms by the name of their construct. */
function alarmsOf(of: Template): Map<string, AlarmProperties> {
  const found = Object.entries(of.findResources("AWS::CloudWatch::Alarm"));
  return new Map(
    found.map(([logicalId, { Properties }]) => [
      logicalId.replace(/^Monitoring(.*)[0-9A-F]{8}$/, "$1"),
      alarmSchema.parse(Properties),
    ]),
  );
}

function metricsOf(alarm: AlarmProperties) {
  const { MetricName, Namespace, Dimensions, Metrics = [] } = alarm;
  const inner = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  if (MetricName === undefined || Namespace === undefined) return inner;
  return [{ MetricName, Namespace, Dimensions }];
}

/** Seconds; the same for all metrics of an expression. */
function periodOf({ Period, Metrics = [] }: AlarmProperties): number {
  const periods = new Set(Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? []));
  expect(periods.size).toBeLessThanOrEqual(1);
  return Period ?? [...periods][0] ?? expect.fail("an alarm without a period");
}

describe("every alarm", () => {
  it("names its entry in the runbook, and every entry has its alarm", () => {
    const named = [...alarms.values()].map(({ AlarmDescription }) => entryOf(AlarmDescription));
    const page = readFileSync(new URL("operations.md", DOCS), "utf8");
    const table = [...page.matchAll(/^\| `(\w+)` \| \[(.+?)\]\(#.+?\) \|/gm)];

    expect(headingsOf(page)).toEqual(expect.arrayContaining(named));
    expect(new Map(table.map(([, id, entry]) => [id, entry]))).toEqual(
      new Map(
        [...alarms].map(([id, { AlarmDescription }]) => [id, entryOf(AlarmDescription)] as const),
      ),
    );
  });

  it("is told, and its end as well, on the topic that is configured", () => {
    const withTopic = synthesizeTemplate({ archiver: { ...ALL, alarmTopicArn: TOPIC } });

    withTopic.resourceCountIs("AWS::CloudWatch::Alarm", alarms.size);
    withTopic.allResourcesProperties("AWS::CloudWatch::Alarm", {
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
    });
    withTopic.resourceCountIs("AWS::SNS::Topic", 0);
  });

  it("is mailed and shown in Slack by a topic of the stack's, which only CloudWatch may use", () => {
    const told = synthesizeTemplate({
      archiver: {
        alarmEmail: "alarms@example.com",
        slackWorkspaceId: "T012ABC",
        slackChannelId: "C012ABC",
      },
    });
    const topic = { Ref: Match.stringLikeRegexp("^MonitoringAlarmTopic") };

    told.allResourcesProperties("AWS::CloudWatch::Alarm", {
      AlarmActions: [topic],
      OKActions: [topic],
    });
    told.hasResourceProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      Endpoint: "alarms@example.com",
      TopicArn: topic,
    });
    told.hasResourceProperties("AWS::Chatbot::SlackChannelConfiguration", {
      SlackWorkspaceId: "T012ABC",
      SlackChannelId: "C012ABC",
      SnsTopicArns: [topic],
      GuardrailPolicies: [Match.objectLike({})],
    });
    told.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ]),
      },
    });
  });

  it("is mailed by the topic that there is", () => {
    const told = synthesizeTemplate({
      archiver: { alarmTopicArn: TOPIC, alarmEmail: "alarms@example.com" },
    });

    told.resourceCountIs("AWS::SNS::Topic", 0);
    told.hasResourceProperties("AWS::SNS::Subscription", { TopicArn: TOPIC });
  });

  it("links to its entry where the runbook is shown", () => {
    const runbookUrl = "https://git.example.com/docs/operations.md";
    const linked = alarmsOf(synthesizeTemplate({ archiver: { ...ALL, runbookUrl } }));

    expect(linked.size).toBe(alarms.size);
    for (const { AlarmDescription } of linked.values()) {
      const [, entry = "", link] =
        / See "(.+)" in docs\/operations\.md\. (\S+)$/.exec(AlarmDescription) ?? [];
      expect(link).toBe(`${runbookUrl}#${anchorOf(entry)}`);
    }
  });

  it("does nothing by itself without a topic", () => {
    template.allResourcesProperties("AWS::CloudWatch::Alarm", {
      AlarmActions: Match.absent(),
      OKActions: Match.absent(),
      InsufficientDataActions: Match.absent(),
    });
  });

  it("stays within what CloudWatch takes", () => {
    for (const [id, alarm] of alarms) {
      expect(metricsOf(alarm).length, id).toBeLessThanOrEqual(MOST_METRICS_OF_AN_ALARM);
      expect(alarm.AlarmDescription.length, id).toBeLessThanOrEqual(1_024);
      expect(periodOf(alarm) * alarm.EvaluationPeriods, id).toBeLessThanOrEqual(86_400);
    }
  });

  it("watches metrics of our functions only that they write, by the stack's name", () => {
    const own = [...alarms.values()]
      .flatMap(metricsOf)
      .filter(({ Namespace }) => Namespace === "AkoolVideoArchiver");

    expect(own.length).toBeGreaterThan(0);
    for (const { MetricName, Dimensions } of own) {
      expect(Object.keys(METRICS)).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: "service", Value: "AkoolVideoArchiver" }]);
    }
  });
});

describe("the alarm", () => {
  it.each([
    ["AccountFault", { Threshold: 1, DatapointsToAlarm: 1, EvaluationPeriods: 3, Period: 300 }],
    ["OwnFault", { Threshold: 1, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["JobsRefused", { Threshold: 5, DatapointsToAlarm: 1, EvaluationPeriods: 1, Period: 3_600 }],
    ["ImportFailed", { Threshold: 1, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["DeadLetters", { Threshold: 1, DatapointsToAlarm: 1, EvaluationPeriods: 1 }],
    [
      "AkoolUnreachable",
      { Threshold: 50, Period: 900, DatapointsToAlarm: 3, EvaluationPeriods: 3 },
    ],
    ["AkoolThrottling", { Threshold: 20, DatapointsToAlarm: 6, EvaluationPeriods: 7 }],
    ["AkoolUndocumented", { Threshold: 1, Period: 3_600, EvaluationPeriods: 1 }],
    ["SubmissionUnknown", { Threshold: 1, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["ArchiveFailing", { Threshold: 5, Period: 3_600, EvaluationPeriods: 1 }],
    ["VideoExpired", { Threshold: 1, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["VideoExpiring", { Threshold: 1, Period: 3_600, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["SweeperBehind", { Threshold: 1_800, DatapointsToAlarm: 3, EvaluationPeriods: 3 }],
    ["LedgerBehind", { Threshold: 1_800, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["BudgetReached", { Threshold: 1, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["SweeperFailing", { Threshold: 1, Period: 600, DatapointsToAlarm: 3, EvaluationPeriods: 4 }],
    ["FunctionErrors", { Threshold: 5, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["FunctionThrottles", { Threshold: 1, DatapointsToAlarm: 6, EvaluationPeriods: 7 }],
    ["ExecutionThrottled", { Threshold: 1, DatapointsToAlarm: 3, EvaluationPeriods: 4 }],
    ["ApiServerErrors", { Threshold: 5, DatapointsToAlarm: 1, EvaluationPeriods: 3 }],
    ["TablesThrottled", { Threshold: 1, DatapointsToAlarm: 3, EvaluationPeriods: 4 }],
    ["WebhooksNotTaken", { Threshold: 0.5, EvaluationPeriods: 1 }],
  ])("%s goes off at %j, and never for want of data", (id, properties) => {
    const alarm = alarms.get(id) ?? expect.fail();

    expect({ ...alarm, Period: periodOf(alarm) }).toMatchObject({
      ...properties,
      TreatMissingData: "notBreaching",
    });
  });

  it("on a sweeper that does not run goes off for want of data alone, at once", () => {
    const alarm = alarms.get("SweeperStopped") ?? expect.fail();

    expect(alarm).toMatchObject({
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      DatapointsToAlarm: 3,
      EvaluationPeriods: 3,
      TreatMissingData: "breaching",
    });
    // A period without data would be passed over for an older one: no run has to count as 0.
    expect(alarm.Metrics?.[0]?.Expression).toBe("FILL(counted, 0)");
    expect(metricsOf(alarm)).toMatchObject([{ MetricName: "SweepChecked" }]);
    expect(alarm.Metrics?.[1]?.MetricStat).toMatchObject({ Period: 300, Stat: "SampleCount" });
  });

  it("that counts what is not counted as 0 does not decide on one short period alone", () => {
    for (const [id, alarm] of alarms) {
      const filled = alarm.Metrics?.some(({ Expression }) => Expression?.includes("FILL")) ?? false;
      if (filled && periodOf(alarm) < 900) expect(alarm.EvaluationPeriods, id).toBeGreaterThan(1);
    }
  });

  it("on throttled functions leaves out the one whose ceiling is configured", () => {
    const limited = alarmsOf(synthesizeTemplate({ "archiver.akoolConcurrency": 5 }));
    const all = alarms.get("FunctionThrottles")?.Metrics?.[0]?.Expression;

    expect(all).toContain("checkStatus");
    expect(limited.get("FunctionThrottles")?.Metrics?.[0]?.Expression).not.toContain("checkStatus");
  });

  it("on the budget is there where a budget is", () => {
    const without = alarmsOf(synthesizeTemplate());

    expect([...alarms.keys()].filter((id) => !without.has(id))).toEqual(["BudgetReached"]);
  });

  it("on account faults leaves room for two polls of every job, however rarely these are", () => {
    const patient = alarmsOf(synthesizeTemplate({ "archiver.pollMaxSeconds": 3600 }));

    expect(patient.get("AccountFault")).toMatchObject({ EvaluationPeriods: 25 });
  });

  it("on faults of our own counts failures, time-outs, and jobs that were stopped from outside", () => {
    const names = metricsOf(alarms.get("OwnFault") ?? expect.fail()).map((it) => it.MetricName);

    expect(names).toEqual(["ExecutionsFailed", "ExecutionsTimedOut", "JobFaulted"]);
  });

  it("on refused jobs counts both ways in which AKOOL refuses one", () => {
    const { ComparisonOperator, Metrics: [sum, ...counts] = [] } = alarms.get("JobsRefused") ?? {};

    expect(ComparisonOperator).toBe("GreaterThanOrEqualToThreshold");
    expect(sum?.Expression).toBe("FILL(rejected, 0) + FILL(notFound, 0)");
    expect(
      counts.map(({ MetricStat }) => [MetricStat?.Metric.MetricName, MetricStat?.Stat]),
    ).toEqual([
      ["JobRejected", "Sum"],
      ["JobNotFound", "Sum"],
    ]);
  });

  it("on failing functions leaves out those that report by throwing", () => {
    const { Metrics = [] } = alarms.get("FunctionErrors") ?? expect.fail();
    const { Metrics: throttled = [] } = alarms.get("FunctionThrottles") ?? expect.fail();

    const watched = Object.keys(ownFunctions(template)).length;
    expect(throttled.length - 1).toBe(watched);
    expect(throttled.length - Metrics.length).toBe(3);
    expect(Metrics[0]?.Expression).not.toMatch(/archiveVideo|recordFailure|planImport/);
    expect(Metrics[0]?.Expression).toMatch(/submitLines.*summarizeImport/);
  });

  it("on imports watches their machine, and not the one that follows jobs", () => {
    const [failed, timedOut, ...rest] = metricsOf(alarms.get("ImportFailed") ?? expect.fail());
    const [own] = metricsOf(alarms.get("OwnFault") ?? expect.fail());

    expect(failed).toMatchObject({
      MetricName: "ExecutionsFailed",
      Dimensions: [{ Value: { Ref: expect.stringMatching(/^Import/) } }],
    });
    expect(timedOut).toMatchObject({
      MetricName: "ExecutionsTimedOut",
      Dimensions: failed?.Dimensions,
    });
    expect(rest).toEqual([]);
    expect(own?.Dimensions).not.toEqual(failed?.Dimensions);
  });

  it("on webhooks goes off when most were not taken, five at least", () => {
    const { Metrics: [expression, ...counts] = [] } = alarms.get("WebhooksNotTaken") ?? {};

    expect(expression?.Expression).toBe(
      "IF((FILL(refused, 0) + FILL(failed, 0)) >= 5, (FILL(refused, 0) + FILL(failed, 0)) / " +
        "((FILL(refused, 0) + FILL(failed, 0)) + FILL(verified, 0)), 0)",
    );
    expect(
      counts.map(({ MetricStat }) => [MetricStat?.Metric.MetricName, MetricStat?.Period]),
    ).toEqual([
      ["WebhookRefused", 900],
      ["WebhookFailed", 900],
      ["WebhookVerified", 900],
    ]);
  });
});

function entryOf(description: string): string | undefined {
  return / See "(.+)" in docs\/operations\.md\.$/.exec(description)?.[1];
}

describe("docs/costs.md", () => {
  it("says what monitoring costs", () => {
    const page = readFileSync(new URL("costs.md", DOCS), "utf8");
    const watched = [...alarms.values()].flatMap(metricsOf).length;

    expect(page).toContain(`${alarms.size} alarms on ${watched} metrics`);
    expect(page).toContain(
      `up to ${Object.keys(METRICS).length + 1} metrics of the archiver's own`,
    );
  });
});

describe("more functions than an alarm takes", () => {
  it.each([11, 20, 23])("are watched by as many alarms as it takes: %i", (count) => {
    const stack = new Stack();
    const functions = Array.from({ length: count }, (_, i): [string, MonitoredFunction] => [
      `Fn${i}`,
      { function: LambdaFunction.fromFunctionName(stack, `Fn${i}`, `fn-${i}`), memoryMib: 256 },
    ]);
    const machine = StateMachine.fromStateMachineName(stack, "Machine", "machine");
    const metrics = new ArchiverMetrics("Stack", {
      functions: Object.fromEntries(functions),
      tables: {},
      stateMachine: machine,
      importStateMachine: machine,
      deadLetters: Queue.fromQueueArn(stack, "Queue", "arn:aws:sqs:eu-west-1:123456789012:queue"),
      apis: [HttpApi.fromHttpApiAttributes(stack, "Api", { httpApiId: "api" })],
    });

    const rules = resourceRules(metrics, new Set()).filter(({ id }) => id.startsWith("FunctionT"));

    const watched = rules.map(({ metric }) =>
      Object.keys(metric.toMetricConfig().mathExpression?.usingMetrics ?? {}),
    );
    expect(rules.map(({ id }) => id)).toEqual(
      ["FunctionThrottles", "FunctionThrottles2", "FunctionThrottles3"].slice(
        0,
        Math.ceil(count / 10),
      ),
    );
    expect(watched.flat()).toHaveLength(count);
    for (const ids of watched) expect(ids.length).toBeLessThanOrEqual(MOST_METRICS_OF_AN_ALARM);
  });
});
