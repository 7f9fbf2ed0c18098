import { type ObjectOptions, type ObjectPlace, videoPlace } from "#archive/upload/places.ts";
import type { Job } from "#domain/job/job.ts";
import { objectTagging } from "#domain/job/object-tags.ts";
import { keyStemOf } from "#domain/job/video-key.ts";
import type { ReadableClass } from "#domain/settings/storage-classes.ts";

/** Where a deployment puts files, and how. */
export interface FileStorage {
  bucket: string;
  /** Names of the tags of a job that its objects get. */
  objectTags: readonly string[];
  /** Of videos. */
  storageClass: ReadableClass;
}

/** The place of a job's video, of which the places of all its other files are made. Decision 0079. */
export function placeOfJob(storage: FileStorage, job: Job): ObjectPlace {
  return videoPlace(storage.bucket, keyStemOf(job), optionsOfJob(storage, job));
}

/** With what a job's objects are created. */
export function optionsOfJob({ objectTags, storageClass }: FileStorage, job: Job): ObjectOptions {
  return { tagging: objectTagging(objectTags, job), storageClass };
}
