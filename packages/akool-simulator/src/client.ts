import * as z from "zod/mini";
import { type AkoolSimulator, defaultApiKey } from "./simulator.ts";

const answerBody = z.looseObject({
  code: z.number(),
  data: z.optional(z.record(z.string(), z.unknown())),
});

/** Headers with the key that the simulator accepts unless told otherwise. */
export const rightKey = { "x-api-key": defaultApiKey };

/** Asks infobymodelid about a job. */
export function askAbout(
  simulator: AkoolSimulator,
  id: string,
  init: RequestInit = { headers: rightKey },
): Promise<Response> {
  return fetch(`${simulator.baseUrl}/v3/content/video/infobymodelid?video_model_id=${id}`, init);
}

/** Reads `code` from an answer of the API. */
export async function codeOf(answer: Promise<Response>): Promise<number> {
  return answerBody.parse(await (await answer).json()).code;
}

/** Reads `data` from an answer of the API; empty if it has none. */
export async function dataOf(answer: Promise<Response>): Promise<Record<string, unknown>> {
  return answerBody.parse(await (await answer).json()).data ?? {};
}

/** Reads until the connection ends, normally or not. */
export async function drain(response: Response): Promise<{ bytes: number; failed: boolean }> {
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) bytes += chunk.length;
    return { bytes, failed: false };
  } catch {
    return { bytes, failed: true };
  }
}
