import { COMPANION_ROLES } from "#domain/job/companion.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { quotedProse, quotedText } from "#domain/text/redaction.ts";
import { addressText, type ResultAddress, resultAddress } from "./result-address.ts";
import { epochMs, idOf, rawText, statusOf, textOf } from "./spellings.ts";
import { isRecord, parseTolerantly } from "./tolerant-json.ts";

/** What AKOOL says of one video, whatever the spelling. */
export interface AkoolVideo {
  id?: string;
  /** 1 queueing, 2 processing, 3 completed, 4 failed; or the text of an unknown status. */
  status?: number | string;
  /** Epoch milliseconds. */
  createdAt?: number;
  /** Of the generated video, never of an input. */
  address?: ResultAddress;
  /** Why it has failed, in AKOOL's words. */
  reason?: string;
  /** All documented fields under AKOOL's names, in their documented types as far as they can be read. */
  fields: Readonly<Record<string, unknown>>;
}

/** The record, the event and the execution's state have size limits; no documented text is long. */
const MAX_TEXT = 2_000;
const MAX_LABEL = 100;
const MAX_COMPANIONS = 20;
const MAX_COMPANIONS_TEXT = 64_000;

/** Names in the answer by their letters, with `url` and without. */
const COMPANION_NAMES: ReadonlyMap<string, string> = new Map(
  COMPANION_ROLES.flatMap((role) => {
    const letters = role.replaceAll("_", "");
    const name = `${role}_url`;
    return [
      [letters, name],
      [`${letters}url`, name],
    ];
  }),
);

/** Smaller numbers become 0: DynamoDB refuses a number that is too close to zero. */
const NEGLIGIBLE = 1e-9;

/**
 * AKOOL's messages are published, and may quote the address of an input, which is usually presigned.
 */
const message = (value: unknown) => withText(rawText(value), (text) => quotedText(text, MAX_TEXT));

/** The customer's own text stays as it is, except the signatures of addresses. */
const prose = (value: unknown) => withText(rawText(value), (text) => quotedProse(text, MAX_TEXT));
const label = (value: unknown) => withText(rawText(value), (text) => quotedProse(text, MAX_LABEL));

/** Undefined for a number that JavaScript cannot hold exactly. */
function number(value: unknown): number | undefined {
  const parsed =
    typeof value === "string" && /^\s*-?\d{1,16}(\.\d{1,16})?\s*$/.test(value)
      ? Number(value)
      : value;
  if (typeof parsed !== "number" || !(Math.abs(parsed) <= Number.MAX_SAFE_INTEGER))
    return undefined;
  return Math.abs(parsed) < NEGLIGIBLE ? 0 : parsed;
}

const numberOrText = (value: unknown) => (typeof value === "number" ? number(value) : label(value));

/**
 * Further files of the result: subtitles, the video without them. That an answer has the field, be it
 * without one address, says that the product has such files.
 */
function companions(value: unknown): Record<string, string> | undefined {
  const named = entriesOf(value);
  if (named === undefined) return undefined;
  const addresses = named.slice(0, MAX_COMPANIONS).flatMap(([name, given]): [string, string][] => {
    const address = resultAddress(given);
    const text = address !== undefined && "url" in address ? address.url : addressText(given);
    return text ? [[companionName(name), text]] : [];
  });
  return Object.fromEntries(addresses);
}

/** The members of an object, of a list of objects, or of such JSON within a text. */
function entriesOf(value: unknown): [string, unknown][] | undefined {
  if (typeof value === "string") {
    const parsed = value.length > MAX_COMPANIONS_TEXT ? undefined : parseTolerantly(value);
    return typeof parsed === "object" && parsed !== null ? entriesOf(parsed) : undefined;
  }
  const objects = (Array.isArray(value) ? value : [value]).filter(isRecord);
  return objects.length === 0 ? undefined : objects.flatMap((object) => Object.entries(object));
}

/** AKOOL's name of a companion, whichever way its words are joined: `originalSrtUrl`, `original-srt`. */
function companionName(name: string): string {
  const letters = name.toLowerCase().replace(/[^a-z]/g, "");
  return COMPANION_NAMES.get(letters) ?? cutText(name, MAX_LABEL);
}

/**
 * The documented fields of infobymodelid and of the sibling products that it serves too; unknown ones
 * are left out. `status` is the name of `video_status` in the answer to a create call.
 */
const FIELDS: Readonly<Record<string, (value: unknown) => unknown>> = {
  _id: shortId,
  create_time: epochMs,
  update_time: epochMs,
  uid: numberOrText,
  team_id: shortId,
  video_duration: number,
  webhookUrl: addressText,
  file_name: prose,
  prompt: prose,
  resolution: label,
  /** Input: the character image. */
  image_url: addressText,
  /** Input: the customer's own source video. Never the result. */
  video_url: addressText,
  /** The generated video; at status 3. */
  video: addressText,
  deduction_credit: number,
  video_status: statusOf,
  faceswap_fail_reason: message,
  progress: number,
  error_code: numberOrText,
  error_reason: message,
  mode: label,
  model_name: label,
  type: numberOrText,
  from: numberOrText,
  video_id: shortId,
  external_video: addressText,
  deduction_duration: number,
  video_lock_duration: number,
  deduction_lock_duration: number,
  faceswap_quality: numberOrText,
  storage_loc: numberOrText,
  audio_splits: companions,
};

/** Names of a reason, the most specific first, in lower case and letters only. */
const REASON_FIELDS = [
  "faceswapfailreason",
  "errorreason",
  "failreason",
  "failedreason",
  "failurereason",
  "failmsg",
  "errormsg",
  "errmsg",
  "errormessage",
  "errordetail",
  "reason",
  "msg",
  "message",
  "error",
  "errors",
  "detail",
] as const;

/** Whether an object has an id or a status. */
export function describesVideo(value: Record<string, unknown>): boolean {
  return (
    idOf(value._id) !== undefined || statusOf(value.video_status ?? value.status) !== undefined
  );
}

/** Reads one description of a video. */
export function readVideo(data: Record<string, unknown>): AkoolVideo {
  const status = statusOf(data.video_status ?? data.status);
  const address = resultAddress(data.video);
  const fields = Object.entries(FIELDS).flatMap(([name, read]) => {
    const value = read(data[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const createdAt = epochMs(data.create_time);
  const id = idOf(data._id);
  const reason = reasonOf(data);
  return {
    ...(id === undefined ? {} : { id }),
    ...(status === undefined ? {} : { status }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(address === undefined ? {} : { address }),
    ...(reason === undefined ? {} : { reason }),
    fields: {
      ...Object.fromEntries(fields),
      // The video is fetched from the recorded address, so the usable form is recorded.
      ...(address !== undefined && "url" in address ? { video: address.url } : {}),
    },
  };
}

function reasonOf(data: Record<string, unknown>): string | undefined {
  const fields = new Map(Object.entries(data).map(([name, value]) => [plainName(name), value]));
  for (const name of REASON_FIELDS) {
    const text = textOf(fields.get(name));
    if (text !== undefined) return quotedText(text, MAX_TEXT);
  }
  const code = textOf(data.error_code);
  return code === undefined ? undefined : quotedText(`error code ${code}`, MAX_LABEL);
}

function plainName(name: string): string {
  return name
    .slice(0, MAX_LABEL)
    .toLowerCase()
    .replace(/[^a-z]/g, "");
}

/** Undefined for an id that is too long, since a cut one would be wrong. */
function shortId(value: unknown): string | undefined {
  const id = idOf(value);
  return id === undefined || id.length > MAX_TEXT ? undefined : id;
}

function withText<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}
