import { Duration, Stack } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { ArchiverMetrics } from "./metrics.ts";
import { type Chart, dashboardSections, type Section } from "./sections.ts";

/** CloudWatch's grid. */
const FULL_WIDTH = 24;
const TEXT_HEIGHT = 3;
const CHART_HEIGHT = 6;

export interface OperationsDashboardProps {
  readonly metrics: ArchiverMetrics;
  readonly alarms: readonly IAlarm[];
}

/** The alarms, and below them six questions, each with how its charts are read. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, { metrics, alarms }: OperationsDashboardProps) {
    super(scope, id);
    new Dashboard(this, "Dashboard", {
      // Names are the account's, in all of its regions.
      dashboardName: `${Stack.of(this).stackName}-${Stack.of(this).region}`,
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: "Alarms", width: FULL_WIDTH, alarms: [...alarms] })],
        ...dashboardSections(metrics).flatMap(rowsOf),
      ],
    });
  }
}

function rowsOf({ question, reading, charts }: Section): IWidget[][] {
  const text = new TextWidget({
    markdown: `## ${question}\n${reading}`,
    width: FULL_WIDTH,
    height: TEXT_HEIGHT,
  });
  const width = Math.floor(FULL_WIDTH / charts.length);
  return [[text], charts.map((chart) => graph(chart, width))];
}

function graph({ title, unit, metrics, stacked = false }: Chart, width: number): GraphWidget {
  return new GraphWidget({
    title,
    width,
    height: CHART_HEIGHT,
    left: [...metrics],
    leftYAxis: { min: 0, label: unit, showUnits: false },
    stacked,
  });
}
