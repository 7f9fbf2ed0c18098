import * as z from "zod/mini";

const emfSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.int(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
});

/** One value as CloudWatch would store it. */
export interface Datum {
  namespace: string;
  dimensions: Record<string, unknown>;
  name: string;
  unit: string;
  value: number;
  /** Epoch milliseconds. */
  at: number;
}

/** Reads lines of a log as CloudWatch does: what is in its embedded metric format, and nothing else. */
export function readEmf(lines: readonly string[]): Datum[] {
  return lines.flatMap((line) => {
    const parsed = emfSchema.safeParse(parseJson(line));
    return parsed.success ? dataOf(parsed.data) : [];
  });
}

/** The values of one metric, in the order in which they were measured. */
export function valuesOf(data: readonly Datum[], name: string): number[] {
  return data.filter((datum) => datum.name === name).map(({ value }) => value);
}

function dataOf(line: z.infer<typeof emfSchema>): Datum[] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name, Unit }) =>
        z
          .array(z.number())
          .parse([line[Name]].flat())
          .map((value) => ({
            namespace: Namespace,
            dimensions: Object.fromEntries(names.map((name) => [name, line[name]])),
            name: Name,
            unit: Unit,
            value,
            at: line._aws.Timestamp,
          })),
      ),
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
