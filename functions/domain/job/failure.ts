import * as z from "zod/mini";

/**
 * Who has to act on a failure.
 *
 * - `job`: AKOOL could not make the video, or will not: look at the inputs.
 * - `source`: AKOOL or its CDN could not be read to the end, or did not serve a whole, valid video.
 * - `archiver`: a fault of this system; always worth an alarm.
 *
 * The account's faults (key, credit, ban) never end a job, so they are not among them.
 */
const failurePartySchema = z.enum(["job", "source", "archiver"]);

export type FailureParty = z.infer<typeof failurePartySchema>;

export const failureSchema = z.object({
  /** A stable word to match on, such as `AKOOL_FAILED` or an error's name. */
  code: z.string(),
  /** What a person needs to know, in AKOOL's own words where it gave any. */
  reason: z.string(),
  party: failurePartySchema,
});

/** Why a job ended without an archived video. */
export type Failure = z.infer<typeof failureSchema>;
