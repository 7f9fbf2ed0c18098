import * as z from "zod/mini";

const FIELD = String.raw`(\.[A-Za-z_][\w-]*|\[\d+\])`;
const INPUT_PATH = new RegExp(String.raw`^\$${FIELD}*$`);
const CONTEXT_PATH = new RegExp(String.raw`^\$\$\.Execution\.(Id|Name|StartTime|Input${FIELD}*)$`);
const RESULT_PATH = /^\$(\.[A-Za-z_][\w-]*)+$/;

/**
 * The interpreter writes its own Input and StartTime into `Execution`, and they are wrong when an
 * execution is continued in the middle. So the execution's true facts stand under another name.
 */
export const EXECUTION_CONTEXT_KEY = "OriginalExecution";

function toOwnContext(path: string): string {
  return path.replace("$$.Execution.", () => `$$.${EXECUTION_CONTEXT_KEY}.`);
}

const isPath = (text: string) => INPUT_PATH.test(text) || CONTEXT_PATH.test(text);

/** Reads a value of the state's input or of `$$.Execution`; no wildcards, filters or functions. */
export const path = z
  .string()
  .check(
    z.refine(isPath, "is not a plain path, or one into a part of $$ that is not provided here"),
    z.overwrite(toOwnContext),
  );

/** Where a result goes. `$` alone is left out: the interpreter would make a field named `$`. */
export const resultPath = z
  .string()
  .check(z.regex(RESULT_PATH, "must be a path to a field, such as $.result"));

type Json = z.infer<ReturnType<typeof z.json>>;

/** Parameters or ResultSelector: fields ending in `.$` are paths, all else is taken as it stands. */
export const payloadTemplate = z.json().check(
  z.superRefine((template, context) => {
    for (const message of templateProblems(template, "")) {
      context.addIssue({ code: "custom", message, input: template });
    }
  }),
  z.overwrite(rewriteTemplate),
);

function templateProblems(value: Json, at: string): string[] {
  if (typeof value === "string" && value.startsWith("$$.")) {
    return [`${at} looks like a path, but its name does not end in .$`];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const where = at === "" ? key : `${at}.${key}`;
    return key.endsWith(".$") ? pathProblems(inner, where) : templateProblems(inner, where);
  });
}

/** Intrinsic functions are out: the interpreter drops backslashes from the text they give. */
function pathProblems(value: Json, at: string): string[] {
  if (typeof value === "string" && isPath(value)) return [];
  return [`${at} is not a plain path (intrinsic functions are not supported here)`];
}

function rewriteTemplate(value: Json): Json {
  if (Array.isArray(value)) return value.map(rewriteTemplate);
  if (typeof value !== "object" || value === null) return value;
  const rewritten = Object.entries(value).map(([key, inner]): [string, Json] =>
    key.endsWith(".$") && typeof inner === "string"
      ? [key, toOwnContext(inner)]
      : [key, rewriteTemplate(inner)],
  );
  return Object.fromEntries(rewritten);
}
