import { addressWithoutSecrets, withoutAddressSecrets } from "#domain/text/akool-addresses.ts";
import { quotedProse, quotedText } from "#domain/text/redaction.ts";
import { toldCompanions } from "./companion.ts";
import { creditsCharged } from "./credits.ts";
import { type Job, toIso } from "./job.ts";
import type { AkoolFields } from "./observation.ts";
import type { Sidecar, SidecarFile, TriedSource } from "./sidecar-schema.ts";
import { omittedChanges, REASON_BYTES, type StatusChange } from "./timeline.ts";

/** Bytes of UTF-8 that a sidecar has at most, whatever AKOOL, a caller or a source has said. */
export const SIDECAR_BYTES = 256 * 1024;

/** Bytes of JSON, as parts of it may have. */
const AKOOL_BYTES = 48 * 1024;
const TIMELINE_BYTES = 32 * 1024;
const DOUBTS_BYTES = 8 * 1024;
const ADDRESS_BYTES = 2_048;
const PROSE_BYTES = 2_000;

/** What a sidecar is made of. */
export interface SidecarParts {
  /** The record as the run knows it. */
  job: Job;
  files: readonly SidecarFile[];
  sources: readonly TriedSource[];
  /** The run that writes it. */
  copyRun: number | undefined;
  /** Of the code that runs. */
  archiverVersion: string;
  /** Epoch milliseconds. */
  now: number;
}

/** The file beside a stored video. It holds no secret, and has {@link SIDECAR_BYTES} at most. */
export function sidecarOf(parts: SidecarParts): Sidecar {
  const { job, files, archiverVersion, now } = parts;
  const { akool = {}, creation } = job;
  const { kept, omitted } = bounded(withoutAddressSecrets(akool));
  return {
    schemaVersion: "1",
    archiverVersion,
    writtenAt: toIso(now),
    job: { videoModelId: job.videoModelId, attempts: job.attempt, tags: job.tags },
    inputs: defined({
      imageUrl: shownAddress(akool.image_url),
      videoUrl: shownAddress(akool.video_url),
    }),
    ...defined({
      prompt: proseOf(akool.prompt),
      model: proseOf(akool.model_name) ?? creation?.model,
      creation,
    }),
    times: timesOf(job, akool),
    ...defined({ creditsCharged: creditsCharged(akool) }),
    files: files.map(shownFile),
    ...defined({ companions: job.companions && toldCompanions(job.companions) }),
    trail: trailOf(parts),
    akool: kept,
    ...(omitted.length === 0 ? {} : { akoolOmitted: omitted }),
  };
}

/** The archived video as a sidecar describes it. */
export function sidecarFile({ archivedAt, ...file }: NonNullable<Job["archive"]>): SidecarFile {
  return { role: "video", ...file, storedAt: archivedAt };
}

function timesOf(job: Job, akool: AkoolFields): Sidecar["times"] {
  const { acceptedAt, attemptStartedAt, videoExpiresAt } = job;
  const told = { createdAt: instantOf(akool.create_time), updatedAt: instantOf(akool.update_time) };
  return { ...defined(told), acceptedAt, attemptStartedAt, videoExpiresAt };
}

function trailOf({ job, sources, copyRun }: SidecarParts): Sidecar["trail"] {
  const { copyClaims, statusHistory } = job;
  const timeline = boundedTimeline(statusHistory);
  const omitted = omittedChanges(job) + statusHistory.length - timeline.length;
  return {
    polls: job.pollCount,
    ...defined({ copyRun, copyClaims }),
    sources: sources.map(({ url, outcome, detail }) => ({
      ...defined({ url: shownAddress(url) }),
      outcome,
      ...defined({ detail: detail && quotedText(detail, REASON_BYTES) }),
    })),
    timeline,
    ...defined({ timelineOmitted: omitted || undefined }),
  };
}

function shownFile({ sourceUrl, doubts, ...file }: SidecarFile): SidecarFile {
  const quoted = doubts?.map((doubt) => quotedText(doubt, REASON_BYTES));
  return {
    ...file,
    ...defined({ sourceUrl: shownAddress(sourceUrl) }),
    ...defined({ doubts: quoted && within(quoted, DOUBTS_BYTES) }),
  };
}

/** The first change and the latest ones, as many as fit. */
function boundedTimeline(history: readonly StatusChange[]): StatusChange[] {
  const quoted = history.map((change) =>
    change.reason === undefined
      ? change
      : { ...change, reason: quotedText(change.reason, REASON_BYTES) },
  );
  const latest = within(quoted.slice(1).reverse(), TIMELINE_BYTES).reverse();
  return [...quoted.slice(0, 1), ...latest];
}

function bounded(akool: AkoolFields): { kept: Record<string, unknown>; omitted: string[] } {
  const kept: Record<string, unknown> = {};
  const omitted: string[] = [];
  let left = AKOOL_BYTES;
  for (const [name, value] of Object.entries(akool)) {
    const bytes = jsonBytes({ [name]: value });
    if (bytes > left) {
      omitted.push(name);
      continue;
    }
    left -= bytes;
    kept[name] = value;
  }
  return { kept, omitted };
}

/** The items from the beginning, as many as fit. */
function within<Item>(items: readonly Item[], bytes: number): Item[] {
  let left = bytes;
  return items.filter((item) => {
    left -= jsonBytes(item);
    return left >= 0;
  });
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** An address of the web that is short enough to be read; a cut one would be wrong. */
function shownAddress(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^https?:/i.test(value)) return undefined;
  const address = addressWithoutSecrets(value);
  return jsonBytes(address) <= ADDRESS_BYTES ? address : undefined;
}

function proseOf(value: unknown): string | undefined {
  return typeof value === "string" ? quotedProse(value, PROSE_BYTES) : undefined;
}

const YEAR_10000_MS = 253_402_300_800_000;

/** Epoch milliseconds → ISO 8601, of an instant that has four digits for its year. */
function instantOf(value: unknown): string | undefined {
  const isInstant = typeof value === "number" && value >= 0 && value < YEAR_10000_MS;
  return isInstant ? toIso(value) : undefined;
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Without the fields that have no value. */
function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<Fields>;
}
