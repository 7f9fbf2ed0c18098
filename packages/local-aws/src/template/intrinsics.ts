import * as z from "zod/mini";
import { UnreadableAssembly } from "./assembly.ts";
import { identify, PSEUDO_PARAMETERS, type Resource } from "./local-names.ts";

export type Resources = Readonly<Record<string, Resource>>;

type Resolver = (argument: unknown, resources: Resources) => unknown;

const joinArgument = z.tuple([z.string(), z.array(z.unknown())]);
const getAttArgument = z.tuple([z.string(), z.string()]);
const subArgument = z.tuple([z.string(), z.record(z.string(), z.unknown())]);

const RESOLVERS: ReadonlyMap<string, Resolver> = new Map([
  ["Ref", (argument, resources) => reference(z.string().parse(argument), resources)],
  [
    "Fn::GetAtt",
    (argument, resources) => {
      const [logicalId, attribute] =
        typeof argument === "string" ? splitAttribute(argument) : getAttArgument.parse(argument);
      return attributeOf(logicalId, attribute, resources);
    },
  ],
  [
    "Fn::Join",
    (argument, resources) => {
      const [separator, parts] = joinArgument.parse(argument);
      return parts.map((part) => resolveText(part, resources)).join(separator);
    },
  ],
  [
    "Fn::Sub",
    (argument, resources) => {
      const [text, variables] =
        typeof argument === "string" ? ([argument, {}] as const) : subArgument.parse(argument);
      return substitute(text, variables, resources);
    },
  ],
]);

/**
 * The value with every CloudFormation intrinsic replaced by its local value.
 *
 * @throws UnreadableAssembly for an intrinsic, a resource or an attribute that is not known here
 */
export function resolve(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, resources));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const intrinsic = entries.find(([key]) => isIntrinsic(key));
  if (intrinsic === undefined) {
    return Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner, resources)]));
  }
  const [name, argument] = intrinsic;
  const resolver = RESOLVERS.get(name);
  if (resolver === undefined || entries.length !== 1) {
    throw new UnreadableAssembly(`The intrinsic ${name} cannot be resolved locally`);
  }
  return resolver(argument, resources);
}

/**
 * The same, for a value that must come out as text (numbers and booleans are written out).
 *
 * @throws UnreadableAssembly when it does not
 */
export function resolveText(value: unknown, resources: Resources): string {
  const resolved = resolve(value, resources);
  if (["string", "number", "boolean"].includes(typeof resolved)) return String(resolved);
  throw new UnreadableAssembly(`${JSON.stringify(value)} does not resolve to text`);
}

function isIntrinsic(key: string): boolean {
  return key === "Ref" || key.startsWith("Fn::");
}

function reference(name: string, resources: Resources): string {
  return PSEUDO_PARAMETERS[name] ?? identify(name, resourceOf(name, resources)).ref;
}

function attributeOf(logicalId: string, attribute: string, resources: Resources): string {
  const value = identify(logicalId, resourceOf(logicalId, resources)).attributes[attribute];
  if (value !== undefined) return value;
  throw new UnreadableAssembly(`${logicalId} has no local value for its attribute ${attribute}`);
}

function resourceOf(logicalId: string, resources: Resources): Resource {
  const resource = resources[logicalId];
  if (resource !== undefined) return resource;
  throw new UnreadableAssembly(`The template refers to ${logicalId}, which it does not contain`);
}

function substitute(
  text: string,
  variables: Readonly<Record<string, unknown>>,
  resources: Resources,
): string {
  return text.replaceAll(/\$\{([^}]+)\}/g, (_match, name: string) => {
    // `${!Name}` is CloudFormation's way to write a literal `${Name}`.
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    if (name in variables) return resolveText(variables[name], resources);
    if (!name.includes(".")) return reference(name, resources);
    return attributeOf(...splitAttribute(name), resources);
  });
}

/** `Logical.Attribute`; an attribute's own name may contain further dots. */
function splitAttribute(text: string): [string, string] {
  const dot = text.indexOf(".");
  return [text.slice(0, dot), text.slice(dot + 1)];
}
