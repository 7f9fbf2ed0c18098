import { ArchiverProblem, ArchiverUnreachable, JobNotArchived } from "@akool-archiver/client";
import { plainText } from "./format.ts";
import { UsageError } from "./usage-error.ts";

/** What to do about a problem, by its name. */
const NEXT: Readonly<Record<string, string>> = {
  "not-permitted": "The token is for looking only; who runs the archiver makes operators of people",
  "job-not-found": "Check the id, or have it followed: akool-archiver submit <id>",
  "job-running": "It is being followed already: akool-archiver watch <id>",
  "job-ended": "See how it ended: akool-archiver show <id>",
  "video-not-archived": "See where it stands: akool-archiver show <id>",
  "import-source-refused":
    "Lists are read from the deployment's import bucket and from importSources; give the file itself",
  "submission-in-progress": "Ask again in a moment: akool-archiver swap show <key>",
  "submission-unknown":
    "Look for the video in your AKOOL account, then: akool-archiver swap settle <key> --video <id>, or --release",
  "submission-settled": "See what became of it: akool-archiver swap show <key>",
  "idempotency-key-reused": "Take a new --key for another video",
  "budget-reached":
    "Wait for the period to end, or have creditBudget raised; what is spent: akool-archiver summary",
  "akool-account":
    "Mend key, credit or subscription at AKOOL, then send it again: akool-archiver doctor",
  "akool-unavailable": "Nothing was charged; send the same again later",
  "internal-error": "Look for the reason: akool-archiver doctor",
};

/** What went wrong, why, and what comes next, in up to three lines. */
export function explain(error: unknown): string {
  if (error instanceof ArchiverProblem) return lines(problemText(error), nextStep(error));
  if (error instanceof ArchiverUnreachable) {
    return lines(
      withCause(error),
      "Is it the right address? akool-archiver use tells; on this machine: npm start -- serve",
    );
  }
  if (error instanceof JobNotArchived) {
    return lines(error.message, `See why: akool-archiver show ${error.job.videoModelId}`);
  }
  if (error instanceof UsageError) return error.message;
  if (isCredentialsError(error)) {
    return lines(
      `No AWS credentials: ${plainText(error.message)}`,
      "Log in as for the AWS command line (aws sso login), or name a profile: --profile NAME",
    );
  }
  return error instanceof Error ? withCause(error) : String(error);
}

function problemText({ title, detail, problem, status }: ArchiverProblem): string {
  const fields = problem.errors?.map(({ field, message }) => `${field}: ${message}`) ?? [];
  return [`${title} (HTTP ${status})`, detail, ...fields].filter(Boolean).map(plainText).join(": ");
}

function nextStep({ kind, status }: ArchiverProblem): string | undefined {
  if (NEXT[kind] !== undefined) return NEXT[kind];
  if (kind !== "") return undefined;
  if (status === 401)
    return "The token is missing or was refused: put a fresh one into AKOOL_ARCHIVER_TOKEN";
  if (status === 403)
    return "The credentials lack execute-api:Invoke on this API, or are another account's";
  if (status === 429) return "The API is asked too often; wait a moment";
  return undefined;
}

function isCredentialsError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    ["CredentialsProviderError", "TokenProviderError"].includes(error.name)
  );
}

function withCause(error: Error): string {
  const causes: string[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
    causes.push(cause.message === "" ? code : cause.message);
  }
  return [...new Set(causes.filter(Boolean))].map(plainText).join(": ");
}

function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join("\n");
}
