import * as z from "zod/mini";
import { MAX_OBJECT_TAGS, OBJECT_TAG_NAME } from "#domain/job/object-tags.ts";
import {
  ARCHIVING_CLASSES,
  COLDER_CLASSES,
  type FIRST_CLASSES,
  type StorageClass,
} from "#domain/settings/storage-classes.ts";
import { fromJson, separated, wholeNumber } from "./config-values.ts";

/** A move of all videos to another class, so many days after they were stored. */
export interface VideoTransition {
  readonly storageClass: Exclude<StorageClass, (typeof FIRST_CLASSES)[number]>;
  readonly afterDays: number;
}

/** S3 takes more; nobody needs them. */
export const MAX_DAYS = 36_500;

export const retentionDays = wholeNumber(1, MAX_DAYS);

export const objectTags = z.pipe(
  separated,
  z.array(z.string().check(z.regex(OBJECT_TAG_NAME))).check(
    z.maxLength(MAX_OBJECT_TAGS),
    z.refine((names) => new Set(names).size === names.length),
  ),
);

export const transitions = z.pipe(
  fromJson,
  z.array(
    z.strictObject({
      storageClass: z.enum([...COLDER_CLASSES, ...ARCHIVING_CLASSES]),
      afterDays: wholeNumber(1, MAX_DAYS),
    }),
  ),
);
