import { type Archiver, ArchiverProblem, type JobStatus } from "@akool-archiver/client";
import { plainText } from "../output/format.ts";
import { type Finding, fine, todo } from "./finding.ts";

const SOON_MS = 48 * 3600 * 1000;
const UNARCHIVED: readonly JobStatus[] = [
  "accepted",
  "queueing",
  "processing",
  "completed",
  "archive_failed",
];
const MOST_JOBS = 2_000;
const NAMED = 3;

/** Whether the API answers this caller. */
export async function checkApi(archiver: Archiver, signal: AbortSignal): Promise<Finding[]> {
  try {
    await archiver.getHealth({ signal });
    return [fine("API", "answers")];
  } catch (error) {
    if (!(error instanceof ArchiverProblem)) throw error;
    const found = `refuses: ${plainText(error.title)} (HTTP ${error.status})`;
    return [
      todo(
        "API",
        found,
        "the caller needs execute-api:Invoke (docs/api.md, Authorization), or a fresh token in AKOOL_ARCHIVER_TOKEN",
      ),
    ];
  }
}

/** Videos that AKOOL deletes within 48 hours, and that are not in the archive. */
export async function checkExpiring(
  archiver: Pick<Archiver, "iterateJobs">,
  signal: AbortSignal,
): Promise<Finding[]> {
  const expiring: string[] = [];
  const before = new Date(Date.now() + SOON_MS).toISOString();
  let seen = 0;
  for (const status of UNARCHIVED) {
    for await (const job of archiver.iterateJobs({ status }, { signal })) {
      if (job.videoExpiresAt < before) expiring.push(job.videoModelId);
      seen += 1;
      if (seen === MOST_JOBS) break;
    }
  }
  if (expiring.length === 0) return [fine("expiring videos", "none within 48 hours")];
  const [first = ""] = expiring;
  const named = expiring.slice(0, NAMED).join(", ") + (expiring.length > NAMED ? ", …" : "");
  return [
    todo(
      "expiring videos",
      `${expiring.length} not archived, and deleted by AKOOL within 48 hours: ${named}`,
      `akool-archiver show ${first} (it says why); akool-archiver retry ${first}`,
    ),
  ];
}

/** What AKOOL says is left on the account. That it does not tell is no fault: nothing depends on it. */
export async function checkBalance(
  archiver: Pick<Archiver, "getSummary">,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { balance } = await archiver.getSummary({ signal });
  if (balance === undefined) return [fine("AKOOL's credits", "AKOOL does not tell")];
  if (balance.credits > 0) return [fine("AKOOL's credits", `${balance.credits} are left`)];
  return [
    todo(
      "AKOOL's credits",
      `none are left (${balance.credits})`,
      "buy credits at AKOOL: what is to be created is refused until then",
    ),
  ];
}
