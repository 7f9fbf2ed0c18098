import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { CopyOvertaken } from "#archive/errors.ts";
import { noneIfMissing, putJson, replacing } from "#archive/upload/objects.ts";
import { type ObjectPlace, sidecarPlace } from "#archive/upload/places.ts";
import { toldCompanions } from "#domain/job/companion.ts";
import type { Job } from "#domain/job/job.ts";
import { sidecarFile, sidecarOf } from "#domain/job/sidecar.ts";
import { parseJson } from "#domain/text/parse-json.ts";
import type { JobDependencies } from "./dependencies.ts";
import { type FileStorage, optionsOfJob } from "./job-place.ts";

interface SidecarDependencies extends Pick<JobDependencies, "store" | "now">, FileStorage {
  s3: S3Client;
  archiverVersion: string;
}

/** Every run that rewrites it may meet as many others. */
const MAX_TRIES = 5;

const writtenSchema = z.record(z.string(), z.unknown());

/**
 * Has the sidecar of an archived job tell of its companions as the record does now; all else in it stays.
 * The record is read after the sidecar, and the write fails if that has changed since: so the last one
 * to write has read the latest record.
 *
 * @throws CopyOvertaken when others win five times in a row; the SDK's errors
 */
export async function rewriteSidecar(
  dependencies: SidecarDependencies,
  recorded: Job,
): Promise<void> {
  const { store, s3 } = dependencies;
  const { videoModelId, archive } = recorded;
  if (archive === undefined) return;
  const { bucket, key } = archive;
  const place = sidecarPlace({ bucket, key, options: optionsOfJob(dependencies, recorded) });
  for (let tries = 1; ; tries++) {
    const { etag, written } = await readSidecar(s3, place);
    const job = await store.get(videoModelId);
    if (job?.companions === undefined) return;
    const told = {
      ...(written ?? writtenAnew(dependencies, job, archive)),
      companions: toldCompanions(job.companions),
    };
    try {
      await putJson(s3, place, told, replacing(etag));
      return;
    } catch (error) {
      if (!(error instanceof CopyOvertaken) || tries === MAX_TRIES) throw error;
    }
  }
}

async function readSidecar(s3: S3Client, { bucket, key }: ObjectPlace) {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  const found = await s3.send(command).catch(noneIfMissing);
  const written = writtenSchema.safeParse(
    parseJson((await found?.Body?.transformToString()) ?? ""),
  );
  return { etag: found?.ETag, written: written.data };
}

/** For a sidecar that somebody has deleted, or made unreadable. */
function writtenAnew(
  { archiverVersion, now }: SidecarDependencies,
  job: Job,
  archive: NonNullable<Job["archive"]>,
) {
  const { copyRuns: copyRun } = job;
  const files = [sidecarFile(archive)];
  return sidecarOf({ job, files, sources: [], copyRun, archiverVersion, now: now() });
}
