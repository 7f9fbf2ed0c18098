import { cutText } from "#domain/text/cut-text.ts";
import { believedCreation, type Job, toIso } from "./job.ts";
import { DOUBTFUL_FOLDER, type KeyTemplate, type TemplatePiece } from "./key-template.ts";

/** What stands for a value that is missing, or of which nothing can stand in a key. */
const NOTHING = "_";
const BLANKS = /\s+/gu;
/** Control characters, and those that turn the order of what is shown around or are not seen. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
/** All but letters and digits of any script, and what a template's own text may have. */
const NOT_IN_KEYS = /[^\p{L}\p{M}\p{N} _=@+,!'()-]+/gu;
/** A mark would change the character that the template has before it. */
const LEADING = /^[\p{M} ]+/u;
/** As AKOOL names files; the extension of a key follows the bytes. */
const EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

/**
 * What all keys of a job's files begin with. Fixed on the record before the first copy (see
 * {@link withKeyStem}); a record without one is of a job whose files are named by the id alone.
 */
export function keyStemOf({
  videoModelId,
  keyStem,
}: Pick<Job, "videoModelId" | "keyStem">): string {
  return keyStem ?? videoModelId;
}

/**
 * The job with its keys' stem, which stays what it is once it is known: a copy that is resumed, a later
 * attempt, and whoever deletes what they leave find the files where the first copy has put them,
 * whatever template has been deployed and whatever tags the job has got since.
 */
export function withKeyStem(job: Job, template: KeyTemplate): Job {
  if (job.keyStem !== undefined) return job;
  // A copy of a version without templates may have begun, and stored under the id.
  const hasBegun = job.copyRuns !== undefined || job.doubtful !== undefined;
  return { ...job, keyStem: hasBegun ? job.videoModelId : renderKeyStem(template, job) };
}

/** The stem of a job's keys by a template: at most `MAX_STEM_BYTES`, without a dot, the id at its end. */
export function renderKeyStem(template: KeyTemplate, job: Job): string {
  const names = template.segments.map((pieces) =>
    pieces.map((piece) => textOf(piece, job, template.valueBytes)).join(""),
  );
  const stem = names.join("/").normalize("NFC");
  // A tag must not put a whole file among those that are not.
  return names[0]?.toLowerCase() === DOUBTFUL_FOLDER && names.length > 1
    ? stem.replace("/", "_/")
    : stem;
}

/**
 * The id of the job that a key is about, whatever template has made it: the video's, a companion's, the
 * sidecar's, a cut file's.
 */
export function idOfKey(key: string): string {
  const [stem = ""] = key.slice(key.lastIndexOf("/") + 1).split(".", 1);
  return stem.slice(1 + stem.search(/[^\w-][\w-]*$/));
}

function textOf(piece: TemplatePiece, job: Job, valueBytes: number): string {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "id":
      return job.videoModelId;
    case "date":
      return dateOf(job)[piece.part];
    case "type":
      return keyValue(job.akool?.type, valueBytes);
    case "file_name":
      return keyValue(withoutExtension(job.akool?.file_name), valueBytes);
    case "tag":
      return keyValue(new Map(Object.entries(job.tags)).get(piece.name), valueBytes);
  }
}

function dateOf(job: Job) {
  const [yyyy = "", mm = "", dd = ""] = toIso(believedCreation(job)).slice(0, 10).split("-");
  return { yyyy, mm, dd };
}

function withoutExtension(fileName: unknown): unknown {
  return typeof fileName === "string" ? fileName.replace(EXTENSION, "") : fileName;
}

/** A value as it can stand in a key on every system: never empty, no path, in NFC. */
function keyValue(value: unknown, maxBytes: number): string {
  if (typeof value !== "string" && typeof value !== "number") return NOTHING;
  const clean = String(value)
    .toWellFormed()
    .replace(BLANKS, " ")
    .replace(UNSEEN, "")
    .normalize("NFC")
    .replace(NOT_IN_KEYS, NOTHING)
    .replace(LEADING, "");
  return cutText(clean, maxBytes).trimEnd() || NOTHING;
}
