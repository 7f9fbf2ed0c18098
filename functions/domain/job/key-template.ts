/** A date's part, of AKOOL's creation of the video, in UTC. */
type DatePart = "yyyy" | "mm" | "dd";

/** One piece of a template: text as it stands, or what a placeholder stands for. */
export type TemplatePiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "id" }
  | { readonly kind: "date"; readonly part: DatePart }
  | { readonly kind: "type" }
  | { readonly kind: "file_name" }
  | { readonly kind: "tag"; readonly name: string };

/** How the keys of videos are made. */
export interface KeyTemplate {
  /** What stands between two slashes. */
  readonly segments: readonly (readonly TemplatePiece[])[];
  /** Bytes of UTF-8 that a tag, a type or a file name may take. */
  readonly valueBytes: number;
}

/** A template, or what is wrong with it, as a rule that it breaks: `must …, because …`. */
export type TemplateReading =
  | { readonly template: KeyTemplate; readonly problem?: undefined }
  | { readonly template?: undefined; readonly problem: string };

/** Where files lie that are certainly cut, so that no consumer takes them for videos. */
export const DOUBTFUL_FOLDER = "doubtful";

/**
 * Bytes of a key in UTF-8: S3's 1,024, without `doubtful/` before it and 55 for all that is appended
 * (an extension, a companion's role, `.upload.json`).
 */
export const MAX_STEM_BYTES = 960;
/** File systems take 255 bytes in a name, and people copy buckets to them; the same 55 are kept free. */
export const MAX_SEGMENT_BYTES = 200;
/** Longer values are hard to read; a template with many of them gives each less. */
const MAX_VALUE_BYTES = 120;
/** With less nobody would recognize a value. */
const MIN_VALUE_BYTES = 16;
/** See `VIDEO_MODEL_ID_PATTERN`. */
const MAX_ID_BYTES = 64;

/**
 * What every system takes in a name, and S3 needs no care for. No dot: the first one ends the stem, so
 * that no job's keys begin with another's stem and a dot.
 */
const TEXT = /^[A-Za-z0-9 _=@+,!'()-]*$/;
const PARTS = /\{([^{}]*)\}|([^{}]+)|[{}]/g;
/** A tag's name as requests may have it, without what separates segments. */
const TAG = /^tag\.(_?[^:\s_/][^:/]{0,126})$/;
/** An id may itself hold what these exclude. */
const ENDS_APART = /[^\w-]$/;

/**
 * Reads a template such as `{yyyy}/{mm}/{tag.team}/{file_name}={videoModelId}`.
 *
 * It ends with the id, which stands alone in its segment or behind a character that no id has: then no
 * value can give two jobs one key, also not after the template was changed, and the id can be read
 * back from the key. Decision 0079.
 */
export function readKeyTemplate(text: string): TemplateReading {
  const problem = problemOfText(text);
  if (problem !== undefined) return { problem };
  const segments = text.split("/").map(readSegment);
  const faults = segments.flat().filter((piece) => typeof piece === "string");
  if (faults[0] !== undefined) return { problem: faults[0] };
  return readSegments(segments.map((pieces) => pieces.filter((one) => typeof one !== "string")));
}

function problemOfText(text: string): string | undefined {
  if (text.startsWith("/")) return "must not begin with /, because S3's keys begin with a name";
  if (text !== "" && text.split("/").includes("")) {
    return "must have something between two slashes and behind the last, because S3 shows a nameless folder otherwise";
  }
  return undefined;
}

/** @returns a text for what is wrong with a piece */
function readSegment(segment: string): (TemplatePiece | string)[] {
  return [...segment.matchAll(PARTS)].map(([whole, name, text]) => {
    if (name !== undefined) return readPlaceholder(name);
    return text === undefined
      ? `must close every brace, because ${whole} stands alone`
      : asText(text);
  });
}

function asText(text: string): TemplatePiece | string {
  if (TEXT.test(text)) return { kind: "text", text };
  return text.includes(".")
    ? "must hold no dot but that of {tag.NAME}, because a dot begins the extension"
    : "must have only letters a to z, digits, blanks and _-=@+,!'() beside its placeholders, because not every system takes others in a name";
}

function readPlaceholder(name: string): TemplatePiece | string {
  switch (name) {
    case "videoModelId":
      return { kind: "id" };
    case "yyyy":
    case "mm":
    case "dd":
      return { kind: "date", part: name };
    case "type":
    case "file_name":
      return { kind: name };
    default: {
      const tag = TAG.exec(name)?.[1];
      if (tag !== undefined) return { kind: "tag", name: tag };
      return `must not hold {${name}}, because the placeholders are {videoModelId}, {yyyy}, {mm}, {dd}, {type}, {file_name} and {tag.NAME}`;
    }
  }
}

function readSegments(segments: KeyTemplate["segments"]): TemplateReading {
  const problem = problemOfId(segments) ?? problemOfFolder(segments);
  if (problem !== undefined) return { problem };
  const valueBytes = roomForValues(segments);
  if (valueBytes < MIN_VALUE_BYTES) {
    return {
      problem: `must be shorter, or have fewer placeholders, because S3 takes 1024 bytes in a key and each value needs ${MIN_VALUE_BYTES} of them`,
    };
  }
  return { template: { segments, valueBytes } };
}

function problemOfId(segments: KeyTemplate["segments"]): string | undefined {
  if (!segments.flat().some(({ kind }) => kind === "id")) {
    return "must hold {videoModelId}, because two videos would have one key otherwise";
  }
  const [before, id] = [undefined, ...segments.slice(-1).flat()].slice(-2);
  if (id?.kind !== "id") {
    return "must end with {videoModelId}, because no tag or file name can give two videos one key then";
  }
  const isApart = before === undefined || (before.kind === "text" && ENDS_APART.test(before.text));
  return isApart
    ? undefined
    : "must have a slash, a blank or one of =@+,!'() before the {videoModelId} at its end, because an id may itself hold letters, digits, - and _";
}

function problemOfFolder([first = []]: KeyTemplate["segments"]): string | undefined {
  const name = first.map((piece) => (piece.kind === "text" ? piece.text : "{}")).join("");
  return name.toLowerCase() === DOUBTFUL_FOLDER
    ? `must not begin with ${name}/, because files that are not whole are kept there`
    : undefined;
}

/** The same for every value, so that none pushes another out. */
function roomForValues(segments: KeyTemplate["segments"]): number {
  const perSegment = segments.map((pieces) => room(pieces, MAX_SEGMENT_BYTES));
  const slashes = segments.length - 1;
  return Math.min(MAX_VALUE_BYTES, ...perSegment, room(segments.flat(), MAX_STEM_BYTES - slashes));
}

/** @returns bytes for each value; none where there is no room even without values */
function room(pieces: readonly TemplatePiece[], maxBytes: number): number {
  const fixed = pieces.reduce((sum, piece) => sum + fixedBytes(piece), 0);
  const values = pieces.filter((piece) => fixedBytes(piece) === 0).length;
  if (fixed > maxBytes) return 0;
  return values === 0 ? MAX_VALUE_BYTES : Math.floor((maxBytes - fixed) / values);
}

function fixedBytes(piece: TemplatePiece): number {
  switch (piece.kind) {
    case "text":
      return piece.text.length;
    case "id":
      return MAX_ID_BYTES;
    case "date":
      return piece.part.length;
    default:
      return 0;
  }
}
