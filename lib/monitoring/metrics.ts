import type { Duration } from "aws-cdk-lib";
import type { IHttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { type IMetric, MathExpression, type Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { type ITable, Operation } from "aws-cdk-lib/aws-dynamodb";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { type IStateMachine, StateTransitionMetric } from "aws-cdk-lib/aws-stepfunctions";
import { filled, OwnMetrics, PERIOD } from "./own-metrics.ts";

/** One of the stack's functions, as monitoring has to know it. */
export interface MonitoredFunction {
  readonly function: IFunction;
  readonly memoryMib: number;
}

/** What is watched. */
export interface Monitored {
  readonly functions: Readonly<Record<string, MonitoredFunction>>;
  readonly tables: Readonly<Record<string, Pick<ITable, "tableName" | "metric">>>;
  readonly stateMachine: IStateMachine;
  readonly importStateMachine: IStateMachine;
  readonly deadLetters: IQueue;
  readonly apis: readonly Pick<IHttpApi, "metricServerError">[];
}

/**
 * Every function's work on a table begins with one and ends with the other. (An alarm's expression
 * takes ten metrics at most.)
 */
const WATCHED_OPERATIONS = [Operation.GET_ITEM, Operation.UPDATE_ITEM];

/** Every metric of the stack, made here and shown, or watched, elsewhere. */
export class ArchiverMetrics extends OwnMetrics {
  readonly #parts: Monitored;

  constructor(stackName: string, parts: Monitored) {
    super(stackName);
    this.#parts = parts;
  }

  /**
   * Executions that failed, and jobs whose execution was ended from outside. A cancelled job is none
   * of them, although its execution is aborted: its record had ended before. A failure can count
   * under both.
   */
  ownFaults(): MathExpression {
    return addUp("Faults of our own", {
      failed: this.#parts.stateMachine.metricFailed(),
      timedOut: this.#parts.stateMachine.metricTimedOut(),
      faulted: this.sum("JobFaulted"),
    });
  }

  /** Jobs that AKOOL would not know, or refused. */
  refusedJobs(period: Duration): MathExpression {
    return addUp(
      "Refused jobs",
      { rejected: this.sum("JobRejected"), notFound: this.sum("JobNotFound") },
      period,
    );
  }

  /** Imports that failed or ran out of time. Batches that fail are told in their import's report. */
  importFaults(): MathExpression {
    return addUp("Imports that failed", {
      importsFailed: this.#parts.importStateMachine.metricFailed(),
      importsTimedOut: this.#parts.importStateMachine.metricTimedOut(),
    });
  }

  /** Messages that wait in the dead-letter queue. */
  deadLetters(): Metric {
    return this.#parts.deadLetters.metricApproximateNumberOfMessagesVisible({
      label: "Dead letters",
      statistic: Stats.MAXIMUM,
      period: PERIOD,
    });
  }

  /**
   * Invocations that ended in an error, of the functions of which `counts` says so: one sum for as
   * many functions as an alarm takes.
   */
  functionErrors(counts: (name: string) => boolean): MathExpression[] {
    return addUpAll(
      "Function errors",
      this.#perFunction(({ function: fn }, name) => fn.metricErrors({ label: name }), counts),
    );
  }

  /** Calls that Lambda has turned away because too many were under way; as {@link functionErrors}. */
  functionThrottles(counts: (name: string) => boolean): MathExpression[] {
    return addUpAll(
      "Throttled calls of functions",
      this.#perFunction(({ function: fn }, name) => fn.metricThrottles({ label: name }), counts),
    );
  }

  /** Lambda's GB-seconds, which are what it bills. */
  gigabyteSeconds(): MathExpression {
    const durations = this.#perFunction(({ function: fn }, name) =>
      fn.metricDuration({ label: name, statistic: Stats.SUM, period: PERIOD }),
    );
    const terms = Object.entries(this.#parts.functions).map(
      ([name, { memoryMib }]) => `FILL(${idOf(name)}, 0) * ${memoryMib}`,
    );
    return new MathExpression({
      label: "Lambda, GB-seconds",
      expression: `(${terms.join(" + ")}) / 1024 / 1000`,
      usingMetrics: durations,
      period: PERIOD,
    });
  }

  /** Of the account and region: Step Functions tells state transitions of no single machine. */
  stateTransitions(): Metric {
    return StateTransitionMetric.metricConsumedCapacity({
      label: "State transitions (of all machines in this account and region)",
      statistic: Stats.SUM,
      period: PERIOD,
    });
  }

  /** State transitions, retries included, that Step Functions has put off. */
  executionThrottles(): MathExpression {
    return addUp("Throttled state transitions", {
      jobs: this.#parts.stateMachine.metricThrottled(),
      imports: this.#parts.importStateMachine.metricThrottled(),
    });
  }

  /** Executions that have begun. */
  executionsStarted(): Metric {
    return this.#parts.stateMachine.metricStarted({ label: "Executions", period: PERIOD });
  }

  /** Answers of the HTTP APIs, the console's included, with a status of 500 or more. */
  apiServerErrors(): MathExpression {
    const errors = this.#parts.apis.map((api) => api.metricServerError({ statistic: Stats.SUM }));
    const [only] = errors;
    if (only !== undefined && errors.length === 1) return filled("HTTP 5xx", only);
    return addUp(
      "HTTP 5xx",
      Object.fromEntries(errors.map((metric, index) => [`api${index}`, metric])),
    );
  }

  /** Requests that DynamoDB has throttled, an index's included. */
  tableThrottles(): MathExpression {
    const requests = Object.entries(this.#parts.tables).flatMap(([name, table]) =>
      WATCHED_OPERATIONS.map((operation): [string, IMetric] => [
        idOf(`${name}${operation}`),
        table.metric("ThrottledRequests", {
          dimensionsMap: { TableName: table.tableName, Operation: operation },
          statistic: Stats.SUM,
        }),
      ]),
    );
    return addUp("Throttled requests to tables", Object.fromEntries(requests));
  }

  #perFunction(
    metricOf: (watched: MonitoredFunction, name: string) => Metric,
    counts: (name: string) => boolean = () => true,
  ): Record<string, Metric> {
    const watched = Object.entries(this.#parts.functions).filter(([name]) => counts(name));
    return Object.fromEntries(
      watched.map(([name, function_]) => [idOf(name), metricOf(function_, name)]),
    );
  }
}

/** In an expression a metric's id begins with a lower-case letter. */
function idOf(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** A quota of CloudWatch on the metrics of an alarm's expression. */
const MOST_METRICS = 10;

/** As {@link addUp}, in as many sums as there have to be. */
function addUpAll(label: string, metrics: Record<string, IMetric>): MathExpression[] {
  const all = Object.entries(metrics);
  const sums = Math.ceil(all.length / MOST_METRICS);
  return Array.from({ length: sums }, (_, i) =>
    addUp(label, Object.fromEntries(all.slice(i * MOST_METRICS, (i + 1) * MOST_METRICS))),
  );
}

/** A sum in which what was not counted is 0. */
function addUp(
  label: string,
  usingMetrics: Record<string, IMetric>,
  period = PERIOD,
): MathExpression {
  const terms = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  return new MathExpression({ label, expression: terms.join(" + "), usingMetrics, period });
}
