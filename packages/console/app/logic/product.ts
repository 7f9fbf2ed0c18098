import type { Job } from "@akool-archiver/client";

/**
 * Which of AKOOL's products a job is of, in the words of the ledger: sibling products carry `type`
 * and `from`, numbers that AKOOL does not explain; character swap carries its inputs instead.
 */
export function productOf({ akool }: Pick<Job, "akool">): string | undefined {
  if (akool === undefined) return undefined;
  const kind = [...numbered("type", akool.type), ...numbered("from", akool.from)];
  if (kind.length > 0) return kind.join("+");
  const inputs = { image: akool.image_url, video: akool.video_url, prompt: akool.prompt };
  const present = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== "");
  return present.map(([name]) => name).join("+") || "other";
}

function numbered(name: string, value: unknown): string[] {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 100
    ? [`${name}${value}`]
    : [];
}

/** What a person would call the job: AKOOL's file name where there is one. */
export function nameOf({ akool }: Pick<Job, "akool">): string | undefined {
  const name = akool?.file_name;
  return typeof name === "string" && name.trim() !== "" ? name : undefined;
}

export function promptOf({ akool }: Pick<Job, "akool">): string | undefined {
  const prompt = akool?.prompt;
  return typeof prompt === "string" && prompt.trim() !== "" ? prompt : undefined;
}
