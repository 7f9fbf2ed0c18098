import type { Context } from "../context.ts";
import { UsageError } from "../output/usage-error.ts";

/** What AKOOL's ids look like; as `openapi.json` has it. */
const ID = /^[A-Za-z0-9_-]{8,64}$/;

/**
 * The ids of the command line; where it has none, those that come in through a pipe: one a line, or
 * JSON (a list, or one object a line with `videoModelId`, `_id` or `id`, also inside `data`).
 *
 * @throws UsageError for what is no id, and where there is none
 */
export async function readIds(
  given: readonly string[],
  stdin: Context["stdin"],
): Promise<string[]> {
  const ids = given.length > 0 || stdin.isTTY === true ? given : idsIn(await textOf(stdin));
  if (ids.length === 0) {
    throw new UsageError(
      "no id: give the _id that AKOOL's create call has returned, or pipe ids in",
    );
  }
  for (const id of ids) checkId(id);
  return [...new Set(ids)];
}

/** @throws UsageError */
export function checkId(id: string): string {
  if (ID.test(id)) return id;
  throw new UsageError(
    `not an AKOOL id: ${JSON.stringify(id)}. Give the _id that the create call returned, ` +
      "for example 689174694b4dbdd4ab3d28c9",
  );
}

async function textOf(stdin: Context["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function idsIn(text: string): string[] {
  const whole = parsed(text);
  if (whole !== undefined) return idsOf(whole);
  return text.split(/\r?\n/).flatMap((line) => {
    const value = parsed(line);
    if (value !== undefined) return idsOf(value);
    const id = line.trim().replace(/,$/, "");
    return id === "" ? [] : [id];
  });
}

function parsed(text: string): unknown {
  // A bare id may look like a number.
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function idsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(idsOf);
  const { videoModelId, _id, id, data, jobs } = Object(value) as Record<string, unknown>;
  for (const found of [videoModelId, _id, id]) if (typeof found === "string") return [found];
  if (data !== undefined) return idsOf(data);
  if (jobs !== undefined) return idsOf(jobs);
  throw new UsageError(`there is no _id in ${JSON.stringify(value)?.slice(0, 80)}`);
}
