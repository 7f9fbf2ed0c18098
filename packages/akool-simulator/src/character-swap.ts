import * as z from "zod/mini";
import { type Answer, businessCode, gatewayError, refusal, success } from "./answer.ts";
import { createDocument, sampleInputs } from "./documents.ts";
import type { JobInputs } from "./job.ts";
import type { JobBook } from "./job-book.ts";
import type { JobScript } from "./job-script.ts";

/** What happens to a job that was made by characterSwap/create: it takes as long as AKOOL's sample. */
const createdJobScript: JobScript = {
  queueMs: 10_000,
  processMs: 100_000,
  end: { kind: "complete", file: { kind: "sample" } },
};

const webUrl = z.url({ protocol: /^https?$/ });

/** The request body as AKOOL documents it; fields that it does not name are ignored. */
const characterSwapRequest = z.object({
  image: webUrl,
  video: webUrl,
  duration: z.optional(z.number().check(z.gte(1), z.lte(120))),
  resolution: z._default(z.enum(["480p", "720p", "1080p"]), "720p"),
  mode: z._default(z.enum(["animate", "replace"]), "animate"),
  prompt: z.optional(z.string().check(z.maxLength(500))),
  // All lower case in the request; AKOOL gives it back as webhookUrl.
  webhookurl: z.optional(webUrl),
});

/**
 * With this prompt a job is created, and its creator is answered by a broken gateway: nobody who
 * sees that answer can know whether there is a video.
 */
export const LOST_ANSWER_PROMPT = "simulator: lose the answer";

const creditsPerFiveSeconds = { "480p": 5, "720p": 10, "1080p": 15 } as const;

/**
 * Answers characterSwap/create: starts a job with a fixed script, or refuses the body with the
 * parameter code. Its webhooks go to `webhookurl` if that is on this machine.
 *
 * @param body - the request body as it came
 * @param onLostAnswer - called with the id of a job whose creation is not answered
 */
export function createCharacterSwap(
  jobs: JobBook,
  body: string,
  onLostAnswer: (id: string) => void,
): Answer {
  const request = characterSwapRequest.safeParse(parseJson(body));
  if (!request.success) {
    return refusal(businessCode.parameter, z.prettifyError(request.error));
  }
  const job = jobs.add(createdJobScript, inputsOf(request.data));
  if (request.data.prompt === LOST_ANSWER_PROMPT) {
    onLostAnswer(job.id);
    return gatewayError(502);
  }
  return success(createDocument(job, request.data.mode));
}

function inputsOf(request: z.infer<typeof characterSwapRequest>): JobInputs {
  // AKOOL does not document its default duration; this is the sample's.
  const duration = request.duration ?? sampleInputs.duration;
  return {
    imageUrl: request.image,
    videoUrl: request.video,
    duration,
    resolution: request.resolution,
    credits: Math.ceil(duration / 5) * creditsPerFiveSeconds[request.resolution],
    prompt: request.prompt,
    webhookUrl: request.webhookurl,
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
