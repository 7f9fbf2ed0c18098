import * as z from "zod/mini";

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z._default(z.record(z.string(), z.unknown()), {}),
  DependsOn: z.optional(z.union([z.string(), z.array(z.string())])),
  Metadata: z.optional(z.looseObject({ "aws:cdk:path": z.optional(z.string()) })),
});

const templateSchema = z.looseObject({ Resources: z.record(z.string(), resourceSchema) });

/** A resource of a CloudFormation template. */
export type Resource = z.infer<typeof resourceSchema>;

/** A CloudFormation template, as far as the rehearsal looks into it. */
export type Template = z.infer<typeof templateSchema>;

/** @throws ZodError for what is no template */
export function parseTemplate(text: string): Template {
  return templateSchema.parse(JSON.parse(text));
}

/** @returns the construct's path below its stack, in parts: `["CheckStatus", "Function"]`. */
function constructPath({ Metadata }: Resource): readonly string[] {
  const parts = Metadata?.["aws:cdk:path"]?.split("/").slice(1) ?? [];
  return parts.at(-1) === "Resource" ? parts.slice(0, -1) : parts;
}

/** Names of constructs that only say what they are. */
const KINDS: ReadonlySet<string> = new Set(["Function", "Role", "StateMachine"]);

/** @returns the name that tells a function, a machine or a role from others of its kind. */
export function ownName(resource: Resource): string | undefined {
  return constructPath(resource).findLast((part) => !KINDS.has(part));
}

/** @returns the resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): [id: string, Resource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

/** A copy without some resources, and without what depends on them by order alone. */
export function withoutResources(template: Template, gone: ReadonlySet<string>): Template {
  const kept = Object.entries(template.Resources).filter(([id]) => !gone.has(id));
  const mended = kept.map(([id, resource]): [string, Resource] => {
    const { DependsOn, ...rest } = resource;
    const order = [DependsOn ?? []].flat().filter((name) => !gone.has(name));
    return [id, order.length === 0 ? rest : { ...rest, DependsOn: order }];
  });
  return { ...template, Resources: Object.fromEntries(mended) };
}
