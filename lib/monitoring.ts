import { Stack } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { AlarmRule } from "./monitoring/alarm-rule.ts";
import { type AlarmSettings, alarmRules } from "./monitoring/alarm-rules.ts";
import { type AlarmReceivers, alarmTopic } from "./monitoring/alarm-topic.ts";
import { OperationsDashboard } from "./monitoring/dashboard.ts";
import { ArchiverMetrics, type Monitored } from "./monitoring/metrics.ts";

/** What is watched, and who is told. */
export interface MonitoringProps extends Monitored, AlarmSettings, AlarmReceivers {
  /** Where the runbook is shown, for links in alarms. */
  readonly runbookUrl: string | undefined;
}

/** The alarms, each with its entry in the runbook, and the dashboard to open first. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const metrics = new ArchiverMetrics(Stack.of(this).stackName, props);
    const alarms = alarmRules(metrics, props).map((rule) => makeAlarm(this, rule, props));
    notify(alarms, alarmTopic(this, props));
    new OperationsDashboard(this, "Dashboard", { metrics, alarms });
  }
}

function makeAlarm(scope: Construct, rule: AlarmRule, { runbookUrl }: MonitoringProps): Alarm {
  return new Alarm(scope, rule.id, {
    alarmDescription: describe(rule, runbookUrl),
    metric: rule.metric,
    threshold: rule.threshold,
    comparisonOperator: rule.comparison,
    datapointsToAlarm: rule.periods.crossed,
    evaluationPeriods: rule.periods.of,
    treatMissingData: rule.missing,
  });
}

function describe({ means, minutes, runbook }: AlarmRule, runbookUrl: string | undefined): string {
  const link = runbookUrl === undefined ? "" : ` ${runbookUrl}#${anchorOf(runbook)}`;
  return (
    `${means} (Goes off within ${minutes.toGoOff} minutes, and ends within ${minutes.toEnd} minutes ` +
    `of the end of its cause.) See "${runbook}" in docs/operations.md.${link}`
  );
}

/** As GitHub and GitLab make it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, "")
    .replaceAll(" ", "-");
}

/** Both ways: whoever was woken wants to know as well that it is over. */
function notify(alarms: readonly Alarm[], topic: ITopic | undefined): void {
  if (topic === undefined) return;
  for (const alarm of alarms) {
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
  }
}
