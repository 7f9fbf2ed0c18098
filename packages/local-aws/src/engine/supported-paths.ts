import * as z from "zod/mini";

const FIELD = String.raw`(\.[A-Za-z_][\w-]*|\[\d+\])`;
const INPUT_PATH = new RegExp(String.raw`^\$${FIELD}*$`);
const CONTEXT_PATH = new RegExp(String.raw`^\$\$\.Execution\.(Id|Name|StartTime|Input${FIELD}*)$`);
const TASK_TOKEN = "$$.Task.Token";
/** How often the task was repeated, as each of its attempts reads it. */
const RETRY_COUNT = "$$.State.RetryCount";
const RESULT_PATH = /^\$(\.[A-Za-z_][\w-]*)+$/;

/**
 * The interpreter writes its own Input and StartTime into `Execution`, and they are wrong when an
 * execution is continued in the middle. So the execution's real values have another name.
 */
export const EXECUTION_CONTEXT_KEY = "OriginalExecution";

function toOwnContext(path: string): string {
  return path.replace("$$.Execution.", () => `$$.${EXECUTION_CONTEXT_KEY}.`);
}

function isPath(text: string): boolean {
  return INPUT_PATH.test(text) || CONTEXT_PATH.test(text);
}

/** Reads a value of the state's input or of `$$.Execution`; no wildcards, filters or functions. */
export const path = z
  .string()
  .check(
    z.refine(isPath, "is not a plain path, or one into a part of $$ that is not provided here"),
    z.overwrite(toOwnContext),
  );

/** Reads a value of the state's input alone. */
export const inputPath = z.string().check(z.regex(INPUT_PATH, "is not a plain path of the input"));

/** Where a result goes. `$` alone is left out: the interpreter would make a field named `$`. */
export const resultPath = z
  .string()
  .check(z.regex(RESULT_PATH, "must be a path to a field, such as $.result"));

/** Parameters or ResultSelector: fields ending in `.$` are paths, all else is taken as it stands. */
export const payloadTemplate = templateOf(isPath);

/** A Task's Parameters: these may read its retry count, and the token; see {@link readsTaskToken}. */
export const taskParameters = templateOf(
  (text) => isPath(text) || text === RETRY_COUNT || text === TASK_TOKEN,
);

type Json = z.infer<ReturnType<typeof z.json>>;
type IsReadable = (text: string) => boolean;

function templateOf(isReadable: IsReadable) {
  return z.json().check(
    z.superRefine((template, context) => {
      for (const message of templateProblems(template, "", isReadable)) {
        context.addIssue({ code: "custom", message, input: template });
      }
    }),
    z.overwrite(rewriteTemplate),
  );
}

function templateProblems(value: Json, at: string, isReadable: IsReadable): string[] {
  if (typeof value === "string" && value.startsWith("$$.")) {
    return [`${at} looks like a path, but its name does not end in .$`];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const where = at === "" ? key : `${at}.${key}`;
    if (!key.endsWith(".$")) return templateProblems(inner, where, isReadable);
    if (typeof inner === "string" && isReadable(inner)) return [];
    // Intrinsic functions are out: the interpreter drops backslashes from the text they give.
    return [`${where} is not a plain path (intrinsic functions are not supported here)`];
  });
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

/** Whether a payload template holds `$$.Task.Token`, which only a task with a callback has. */
export function readsTaskToken(template: unknown): boolean {
  if (typeof template !== "object" || template === null) return false;
  return Object.entries(template).some(
    ([key, inner]) => (key.endsWith(".$") && inner === TASK_TOKEN) || readsTaskToken(inner),
  );
}
