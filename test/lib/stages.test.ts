import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { tagsOf } from "#lib/stack-name.ts";
import { createStack, synthesizeTemplate } from "#test/support/synthesize.ts";

/** Properties that name something in the account, a region or the world. */
const NAMES = /^(\w+Name|POWERTOOLS_\w+|AKOOL_SECRET_NAME|MetricNamespace|Namespace)$/;
/** Names of things inside of what has a name of its own, and AWS's own. */
const INNER = new Set([
  "AttributeName",
  "IndexName",
  "MetricName",
  "PolicyName",
  "SchemaName",
  "RegistryName",
  "StageName",
]);

const stage = (name: string) => ({ archiver: { stage: name } });

/** Every name in a template, with where it stands. */
function namesIn(value: unknown): Map<string, string> {
  const named = [...valuesIn(value, "")].filter(
    ([path, item]) => isName(path) && !isReference(item),
  );
  return new Map(named.map(([path, item]) => [path, JSON.stringify(item)]));
}

function* valuesIn(value: unknown, path: string): Generator<[string, unknown]> {
  const object = z.record(z.string(), z.unknown()).safeParse(value);
  const items = Array.isArray(value) ? value.entries() : Object.entries(object.data ?? {});
  for (const [key, item] of items) {
    yield [`${path}.${key}`, item];
    yield* valuesIn(item, `${path}.${key}`);
  }
}

function isName(path: string): boolean {
  const key = path.slice(path.lastIndexOf(".") + 1);
  return (NAMES.test(key) && !INNER.has(key)) || path.endsWith(".Properties.Name");
}

/** What the stack itself makes has a name that CloudFormation makes, of the stack's. */
function isReference(value: unknown): boolean {
  return z
    .union([z.object({ Ref: z.string() }), z.object({ "Fn::GetAtt": z.unknown() })])
    .safeParse(value).success;
}

describe("two stages in one account and region", () => {
  const dev = synthesizeTemplate(stage("dev")).toJSON();
  const prod = synthesizeTemplate(stage("prod")).toJSON();

  it("share no name", () => {
    const ofDev = namesIn(dev.Resources);
    const ofProd = new Set(namesIn(prod.Resources).values());
    const shared = [...ofDev].filter(([, name]) => ofProd.has(name));

    expect(ofDev.size).toBeGreaterThan(20);
    // AWS's own namespaces, and what is told apart by other dimensions.
    expect(shared.filter(([, name]) => !name.startsWith('"AWS/'))).toEqual([]);
  });

  it("are the same otherwise", () => {
    expect(Object.keys(prod.Resources).length).toBe(Object.keys(dev.Resources).length);
  });

  it("have names of their own for the stack, and the secret", () => {
    expect(createStack(stage("dev")).stackName).toBe("AkoolVideoArchiver-dev");
    expect(dev.Outputs.AkoolSecretName.Value).toBe("akool-video-archiver/dev/akool");
    expect(prod.Outputs.AkoolSecretName.Value).toBe("akool-video-archiver/prod/akool");
  });

  it("show in their dashboards and alarms no series of one another", () => {
    expect(JSON.stringify(dev)).not.toContain("prod");
    expect(JSON.stringify(dev)).not.toMatch(/"AkoolVideoArchiver"|\\"AkoolVideoArchiver\\"/);
  });
});

describe("tags", () => {
  it("say which stack, which stage, and who pays", () => {
    expect(tagsOf({ stage: "dev", costCenter: "4711" })).toEqual({
      application: "akool-video-archiver",
      stack: "AkoolVideoArchiver-dev",
      stage: "dev",
      "cost-center": "4711",
    });
    expect(tagsOf({ costCenter: "4711" })).toMatchObject({ stage: "default" });
  });
});
