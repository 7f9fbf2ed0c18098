import type { Job } from "./job.ts";

/** S3 takes no more of an object. */
export const MAX_OBJECT_TAGS = 10;
/** Of UTF-16, as S3 counts. */
const MAX_VALUE_LENGTH = 256;

/** A name that both a job's tag and an object's may have: S3's characters, without the colon. */
export const OBJECT_TAG_NAME = /^_?[\p{L}\p{N}+\-=./@][\p{L}\p{N} +\-=._/@]{0,126}$/u;

/** All but what S3 takes in the value of a tag. */
const NOT_IN_TAGS = /[^\p{L}\p{N} +\-=._:/@]/gu;

/**
 * The tags that a job's objects get, as the header `x-amz-tagging` takes them. What S3 takes not in a
 * value becomes `_`; a tag that the job has not is left out.
 *
 * @param names at most `MAX_OBJECT_TAGS`, each an `OBJECT_TAG_NAME`
 * @returns undefined where there is none
 */
export function objectTagging(
  names: readonly string[],
  { tags }: Pick<Job, "tags">,
): string | undefined {
  const given = new Map(Object.entries(tags));
  const chosen = names.flatMap((name) => {
    const value = given.get(name);
    return value === undefined ? [] : [[name, tagValue(value)].map(encodeURIComponent).join("=")];
  });
  return chosen.length === 0 ? undefined : chosen.join("&");
}

function tagValue(value: string): string {
  const clean = value.toWellFormed().normalize("NFC").replace(NOT_IN_TAGS, "_");
  const short = clean.trim().slice(0, MAX_VALUE_LENGTH);
  // A cut may have parted the two halves of a character.
  return (short.isWellFormed() ? short : short.slice(0, -1)).trimEnd();
}
