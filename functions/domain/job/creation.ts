import * as z from "zod/mini";

/**
 * How a video was asked for, when it was created through the archiver. Only what can be compared with
 * the file, or is nowhere else: never an input's address.
 */
export const creationSchema = z.object({
  durationSeconds: z.optional(z.number()),
  /** `480p`, `720p` or `1080p`. */
  resolution: z.optional(z.string()),
  /** `animate` or `replace`. */
  mode: z.optional(z.string()),
  /** `model_name` of AKOOL's answer to the create call; its later answers are not documented to repeat it. */
  model: z.optional(z.string()),
});

/** What the ledger has to know of a create call. */
export const submissionSchema = z.object({ estimatedCredits: z.number() });

export type JobSubmission = z.infer<typeof submissionSchema>;

export type Creation = z.infer<typeof creationSchema>;

/** The fields of a create call that are kept; each is left out if it has another type. */
const requestSchema = z.object({
  duration: z.catch(z.optional(z.number()), undefined),
  resolution: z.catch(z.optional(z.string()), undefined),
  mode: z.catch(z.optional(z.string()), undefined),
});

/**
 * @param request the create call as its submission keeps it
 * @param model as AKOOL has named it in its answer
 * @returns undefined if there is nothing to keep
 */
export function creationOf(
  request: Readonly<Record<string, unknown>>,
  model: string | undefined,
): Creation | undefined {
  const { duration, resolution, mode } = requestSchema.parse(request);
  const creation = {
    ...(duration === undefined ? {} : { durationSeconds: duration }),
    ...(resolution === undefined ? {} : { resolution }),
    ...(mode === undefined ? {} : { mode }),
    ...(model === undefined ? {} : { model }),
  };
  return Object.keys(creation).length === 0 ? undefined : creation;
}
