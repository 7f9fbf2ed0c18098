import * as z from "zod/mini";
import type { SubmissionPlace } from "#aws/submission-list.ts";
import { createSwap, type SwapDependencies } from "#use-cases/swaps/create-swap.ts";
import { findSubmission } from "#use-cases/swaps/find-submission.ts";
import {
  listSubmissions,
  type SubmissionListDependencies,
} from "#use-cases/swaps/list-submissions.ts";
import { settleSwap } from "#use-cases/swaps/settle-swap.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { logged } from "./job-operations.ts";
import { NO_BODY, operation } from "./operation.ts";
import { HttpProblem } from "./problem.ts";
import {
  createSwapSchema,
  idempotencyKeyParameters,
  listSwapsQuery,
  settlementSchema,
} from "./schemas.ts";
import { jobView, submissionView } from "./views.ts";

const noParameters = z.object({});

const DEFAULT_LIMIT = 25;
/** `<createdAt>#<idempotencyKey>`. */
const PLACE = /^\d{4}-\d\d-\d\dT[\d:.]+Z#.{1,255}$/;

/** The operations that create videos at AKOOL, by route. */
export function swapOperations(dependencies: SwapDependencies & SubmissionListDependencies) {
  return {
    createCharacterSwap: operation(
      { parameters: noParameters, query: noParameters, body: createSwapSchema },
      async ({ body: { tags = {}, ...swap }, headers }) => {
        const idempotencyKey = requireKey(headers["idempotency-key"]);
        const { submission, job } = await createSwap(dependencies, { idempotencyKey, swap, tags });
        logged(dependencies.log, job);
        return {
          status: 202,
          body: { submission: submissionView(submission), job: jobView(job) },
          headers: { location: `/jobs/${job.videoModelId}` },
        };
      },
    ),
    listCharacterSwaps: operation(
      { parameters: noParameters, query: listSwapsQuery, body: NO_BODY },
      async ({ query: { state, limit = DEFAULT_LIMIT, cursor } }) => {
        const after = cursor === undefined ? undefined : placeOf(decodeCursor(cursor, PLACE));
        const { submissions, next } = await listSubmissions(dependencies, { state, limit, after });
        return {
          status: 200,
          body: {
            submissions: submissions.map(submissionView),
            ...(next && { cursor: encodeCursor(`${next.createdAt}#${next.idempotencyKey}`) }),
          },
        };
      },
    ),
    getCharacterSwap: operation(
      { parameters: idempotencyKeyParameters, query: noParameters, body: NO_BODY },
      async ({ parameters }) => {
        return {
          status: 200,
          body: submissionView(await findSubmission(dependencies, parameters.idempotencyKey)),
        };
      },
    ),
    settleCharacterSwap: operation(
      { parameters: idempotencyKeyParameters, query: noParameters, body: settlementSchema },
      async ({ parameters, body }) => {
        const followed = await settleSwap(dependencies, parameters.idempotencyKey, body);
        if (followed !== undefined) logged(dependencies.log, followed.job);
        return {
          status: 200,
          body: followed === undefined ? {} : { job: jobView(followed.job) },
        };
      },
    ),
  };
}

function placeOf(text: string): SubmissionPlace {
  const end = text.indexOf("#");
  return { createdAt: text.slice(0, end), idempotencyKey: text.slice(end + 1) };
}

function requireKey(header: string | undefined): string {
  if (header === undefined) {
    throw new HttpProblem(
      "idempotency-key-missing",
      "the call is billable: send a key of your own, so that a repetition is not charged twice",
    );
  }
  const parsed = idempotencyKeyParameters.safeParse({ idempotencyKey: header });
  if (!parsed.success) {
    throw new HttpProblem(
      "invalid-request",
      "header Idempotency-Key: must be 1 to 255 letters, digits or ._~:=- and begin with a letter " +
        "or digit",
    );
  }
  return header;
}
