import type { S3Client } from "@aws-sdk/client-s3";
import type { SourceIncomplete } from "#archive/errors.ts";
import { deleteObject, putJson } from "#archive/upload/objects.ts";
import { type ObjectPlace, type StoredVideo, sidecarPlace } from "#archive/upload/places.ts";
import { compareFile, comparisonDoubts } from "#domain/job/comparison.ts";
import { type Job, toIso } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";
import { sidecarOf } from "#domain/job/sidecar.ts";
import { withoutQuery } from "#domain/text/akool-addresses.ts";
import type { JobDependencies } from "./dependencies.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

interface FileDependencies extends JobDependencies {
  s3: S3Client;
  archiverVersion: string;
}

/** A stored file as the record describes it, with every doubt about it. */
export function describeFile({ place, video, content }: StoredVideo, job: Job, sourceUrl: string) {
  const comparison = compareFile(content.facts, job.akool, job.creation);
  const doubts = [
    ...(content.cut === undefined ? [] : [`it is not whole: ${content.cut}`]),
    ...content.doubts,
    ...comparisonDoubts(comparison),
  ];
  return {
    bucket: place.bucket,
    key: place.key,
    ...video,
    sourceUrl: withoutQuery(sourceUrl),
    content: content.facts,
    ...(comparison.length === 0 ? {} : { comparison }),
    ...(doubts.length === 0 ? {} : { doubts }),
  };
}

/**
 * Records a partial file as soon as it is in the bucket, so that the sweeper can archive it if
 * AKOOL's copy expires before a whole file has come. Decision 0062.
 */
export async function recordDoubtful(
  dependencies: FileDependencies,
  job: Job,
  kept: SourceIncomplete["stored"],
): Promise<void> {
  if (typeof kept === "string") return;
  const current = (await dependencies.store.get(job.videoModelId)) ?? job;
  const url = String(current.akool?.video);
  const file = describeFile(kept, current, url);
  const now = dependencies.now();
  const doubtful = { ...file, keptAt: toIso(now) };
  const told = sidecarOf({
    job: current,
    files: [{ role: "partial_video", ...file, storedAt: doubtful.keptAt }],
    sources: [{ url, outcome: "SourceIncomplete", detail: kept.content.cut }],
    copyRun: job.copyRuns,
    archiverVersion: dependencies.archiverVersion,
    now,
  });
  const sidecar = sidecarPlace(kept.place);
  const versionId = await putJson(dependencies.s3, sidecar, told);
  const record = whileOwnedBy(job.execution, (latest) =>
    latest.status === "completed" ? { ...latest, doubtful } : latest,
  );
  const recorded = await updateJob(dependencies.store, current, record);
  dependencies.log.warn("kept a file that is not whole", {
    key: doubtful.key,
    doubts: doubtful.doubts,
  });
  if (isEnded(recorded.status) && recorded.status !== "archived") {
    // Cancelled or given up while the copy ran; if this fails, the sweeper makes up for it.
    await deleteObject(dependencies.s3, { ...kept.place, versionId: kept.video.versionId });
    await deleteObject(dependencies.s3, { ...sidecar, versionId });
  }
}

/** Deletes the partial file once there is a whole one. What fails here is left to the sweeper. */
export async function removeDoubtful(
  { s3, log }: FileDependencies,
  { bucket, key, versionId }: ObjectPlace,
): Promise<void> {
  try {
    await deleteObject(s3, { bucket, key, versionId });
    await deleteObject(s3, sidecarPlace({ bucket, key }));
  } catch {
    log.warn("could not remove the file that was not whole", { key });
  }
}
