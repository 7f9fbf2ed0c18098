import * as z from "zod/mini";
import type { Resource, Template } from "./template.ts";

/** Where the functions find AKOOL in the rehearsal, which no configuration of a stack may name. */
const AKOOL_VARIABLE = "AKOOL_BASE_URL";

const environmentSchema = z.looseObject({
  Environment: z.looseObject({ Variables: z.record(z.string(), z.unknown()) }),
});

const metricAlarmSchema = z.looseObject({
  Metrics: z.array(
    z.looseObject({
      MetricStat: z.optional(
        z.looseObject({
          Metric: z.looseObject({
            MetricName: z.string(),
            Namespace: z.unknown(),
            Dimensions: z.optional(z.unknown()),
          }),
          Period: z.number(),
          Stat: z.string(),
        }),
      ),
    }),
  ),
});

/** A copy whose functions ask this address in place of AKOOL's. */
export function withAkoolAt(template: Template, baseUrl: string): Template {
  return mapResources(template, "AWS::Lambda::Function", (properties) => {
    const read = environmentSchema.safeParse(properties);
    if (!read.success || !(AKOOL_VARIABLE in read.data.Environment.Variables)) return properties;
    const { Environment, ...rest } = read.data;
    const Variables = { ...Environment.Variables, [AKOOL_VARIABLE]: baseUrl };
    return { ...rest, Environment: { ...Environment, Variables } };
  });
}

/** A copy whose alarms watch the first of their metrics, and calculate nothing. */
export function withPlainAlarms(template: Template): Template {
  return mapResources(template, "AWS::CloudWatch::Alarm", (properties) => {
    const read = metricAlarmSchema.safeParse(properties);
    if (!read.success) return properties;
    const { Metrics, ...rest } = read.data;
    const stat = Metrics.map(({ MetricStat }) => MetricStat).find((metric) => metric !== undefined);
    if (stat === undefined) return properties;
    const { MetricName, Namespace, Dimensions = [] } = stat.Metric;
    return {
      ...rest,
      MetricName,
      Namespace,
      Dimensions,
      Period: stat.Period,
      Statistic: stat.Stat,
    };
  });
}

/** CDK's function that lays files into a bucket, which is written in Python. */
const UPLOAD = "Custom::CDKBucketDeployment";

/** A copy that lays no files into buckets; nothing depends on them but the page itself. */
export function withoutUploads(template: Template): Template {
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => Type !== UPLOAD);
  return { ...template, Resources: Object.fromEntries(kept) };
}

function mapResources(
  template: Template,
  type: string,
  change: (properties: Resource["Properties"]) => Resource["Properties"],
): Template {
  const entries = Object.entries(template.Resources).map(([id, resource]): [string, Resource] => [
    id,
    resource.Type === type ? { ...resource, Properties: change(resource.Properties) } : resource,
  ]);
  return { ...template, Resources: Object.fromEntries(entries) };
}

/** Roles of CDK's bootstrap that the command line would take on. */
const ROLE_FIELDS: ReadonlySet<string> = new Set([
  "assumeRoleArn",
  "assumeRoleAdditionalOptions",
  "cloudFormationExecutionRoleArn",
  "lookupRole",
]);

/** A copy of a manifest, whatever its depth, in which nobody takes on a role of the bootstrap. */
export function withoutRoles(manifest: unknown): unknown {
  if (Array.isArray(manifest)) return manifest.map(withoutRoles);
  if (typeof manifest !== "object" || manifest === null) return manifest;
  const kept = Object.entries(manifest).filter(([field]) => !ROLE_FIELDS.has(field));
  return Object.fromEntries(kept.map(([field, value]) => [field, withoutRoles(value)]));
}
