import { audioSplits, companionsOf } from "./companions.ts";
import { createdAt, endsAt, type Job, resultUrl, videoStatus } from "./job.ts";

/** What AKOOL's samples say where a job does not say otherwise. */
export const sampleInputs = {
  imageUrl: "https://drz0f01yeq1cx.cloudfront.net/character-image.png",
  videoUrl: "https://drz0f01yeq1cx.cloudfront.net/source-video.mp4",
  duration: 10,
  resolution: "720p",
  credits: 20,
  prompt: "Smooth character animation with natural movement",
  webhookUrl: "https://your-callback-url.com/webhook",
} as const;

const owner = { uid: 101400, team_id: "6805fb69e92d9edc7ca0b409" } as const;
const sampleFailReason = "Failed to process the video. Please check your input resources.";

/** What a fault changes in an otherwise correct document. */
export interface Bend {
  readonly video_status?: number;
  readonly video?: string | undefined;
}

/**
 * The `data` of infobymodelid, with the fields in the order of AKOOL's samples. AKOOL documents no
 * sample of a job in processing; ours is the queueing one with `update_time`.
 *
 * @param status - the `video_status` whose document is wanted
 * @param now - epoch milliseconds; a companion file may be named later than the result
 */
export function infoDocument(job: Job, status: number, now: number, bend: Bend = {}): object {
  if (companionsOf(job)) return translationDocument(job, status, now, bend);
  const { inputs } = job;
  const completed = status === videoStatus.completed;
  const failed = status === videoStatus.failed;
  const video = "video" in bend ? bend.video : resultUrl(job);
  return {
    _id: job.id,
    create_time: createdAt(job),
    ...owner,
    update_time: updateTime(job, status),
    // AKOOL's completed sample runs half a second longer than what was asked for.
    video_duration: completed ? inputs.duration + 0.5 : inputs.duration,
    webhookUrl: inputs.webhookUrl,
    file_name: fileName(job),
    image_url: inputs.imageUrl,
    video: completed ? video : undefined,
    video_url: inputs.videoUrl,
    prompt: inputs.prompt,
    resolution: inputs.resolution,
    deduction_credit: failed ? 0 : inputs.credits,
    video_status: bend.video_status ?? status,
    faceswap_fail_reason: failed ? failReason(job) : undefined,
  };
}

/** The same of a video translation, with the fields of AKOOL's sample of a completed one. */
function translationDocument(job: Job, status: number, now: number, bend: Bend): object {
  const completed = status === videoStatus.completed;
  const video = "video" in bend ? bend.video : resultUrl(job);
  return {
    faceswap_quality: 2,
    storage_loc: 1,
    _id: job.id,
    create_time: createdAt(job),
    update_time: updateTime(job, status),
    ...owner,
    type: 8,
    from: 2,
    video_id: "2f6f1c0e-1111-4222-8333-9c0d1e2f3a4b",
    video_duration: job.inputs.duration,
    webhookUrl: job.inputs.webhookUrl,
    deduction_duration: job.inputs.credits,
    video_status: bend.video_status ?? status,
    progress: completed ? 100 : 50,
    external_video: "",
    video: completed ? video : "",
    audio_splits: completed ? audioSplits(job, now) : undefined,
  };
}

/**
 * The `data` of characterSwap/create, which says `status` where infobymodelid says `video_status`.
 *
 * @param mode - AKOOL documents a `model_name` for `animate` alone; the other mode carries none
 */
export function createDocument(job: Job, mode: "animate" | "replace"): object {
  const { inputs } = job;
  return {
    _id: job.id,
    create_time: createdAt(job),
    ...owner,
    status: videoStatus.queueing,
    video_duration: inputs.duration,
    deduction_credit: inputs.credits,
    resolution: inputs.resolution,
    file_name: fileName(job),
    image_url: inputs.imageUrl,
    video_url: inputs.videoUrl,
    prompt: inputs.prompt,
    mode,
    model_name: mode === "animate" ? "wavespeed-ai/wan-2.2/animate" : undefined,
    webhookUrl: inputs.webhookUrl,
  };
}

function fileName(job: Job): string {
  return `CharacterSwap_${createdAt(job)}.mp4`;
}

/** Absent while queueing; then the last change. */
function updateTime(job: Job, status: number): number | undefined {
  if (status === videoStatus.queueing) return undefined;
  return status === videoStatus.processing ? createdAt(job) + job.script.queueMs : endsAt(job);
}

function failReason(job: Job): string {
  const { end } = job.script;
  return end.kind === "fail" && end.reason !== undefined ? end.reason : sampleFailReason;
}
