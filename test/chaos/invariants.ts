import { crc32 } from "node:zlib";
import type { Job } from "#domain/job/job.ts";
import { idOfKey } from "#domain/job/video-key.ts";
import { companionsAreStored, companionsAreTold } from "./companion-invariants.ts";
import type { Played } from "./play.ts";
import type { SourceFiles } from "./source-files.ts";
import {
  type Check,
  cancellationsStand,
  everythingIsPublished,
  rankOf,
  statusNeverGoesBack,
} from "./timeline-invariants.ts";

/** 1. Every job that was accepted ends in exactly one end state, with a reason for no video. */
const everyAcceptedJobEnds: Check = ({ jobs, ledger }) => {
  const lost = [...ledger.accepted].filter((id) => !jobs.has(id));
  return [
    ...lost.map((id) => `${id} was accepted and has no record`),
    ...[...jobs.values()].flatMap((job) => {
      if (rankOf(job.status) < 4) return [`${job.videoModelId} is still ${job.status} at rest`];
      if (job.status === "archived" || hasReason(job)) return [];
      return [`${job.videoModelId} ended ${job.status} without a reason`];
    }),
  ];
};

function hasReason(job: Job): boolean {
  const reason = job.failure?.reason ?? job.statusHistory.at(-1)?.reason;
  return reason !== undefined && reason !== "";
}

/**
 * 2. `archived`, and only that, means: one whole file of the source, and a sidecar, as recorded; and a
 * file that is not whole is kept just where the record says so.
 */
const archivedMeansStored: Check = ({ jobs, objects, sources }) =>
  [...jobs.values()].flatMap((job) => {
    const { videoModelId: id, archive, doubtful, companions = [] } = job;
    const recorded = [
      ...[archive?.key, doubtful?.key].flatMap((key) =>
        key === undefined ? [] : [key, key.replace(/\.\w+$/, ".json")],
      ),
      ...companions.flatMap((each) => (each.state === "archived" ? each.key : [])),
    ];
    const unrecorded = [...objects.keys()].filter(
      (key) => idOfKey(key) === id && !recorded.includes(key),
    );
    const missing = recorded.filter((key) => !objects.has(key));
    const video = objects.get(archive?.key ?? "");
    const sidecar = objects.get(archive?.key.replace(/\.\w+$/, ".json") ?? "");
    return [
      ...unrecorded.map((key) => `${id} is ${job.status}, and ${key} is not on its record`),
      ...missing.map((key) => `${id} is ${job.status}, and ${key} is not stored`),
      ...(job.status === "archived" ? flawsOf(job, video, sidecar, sources.get(id)) : []),
    ];
  });

function flawsOf(
  job: Job,
  video: Buffer | undefined,
  sidecar: Buffer | undefined,
  source: SourceFiles | undefined,
): string[] {
  const { videoModelId: id, archive } = job;
  if (video === undefined || sidecar === undefined) return [`${id} is archived and not stored`];
  if (source === undefined) return [`${id} is archived and has no source`];
  const crc = crc32(video);
  if (!source.some((file) => file.bytes === video.length && file.checksum === crc)) {
    return [`${id}: the ${video.length} bytes stored are no file that the source had`];
  }
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc);
  const stored = { bytes: video.length, checksum: `crc32:${checksum.toString("base64")}` };
  return [
    { place: "record", said: archive },
    { place: "sidecar", said: JSON.parse(sidecar.toString()).files[0] },
  ]
    .filter(({ said }) => said?.bytes !== stored.bytes || said.checksum !== stored.checksum)
    .map(
      ({ place, said }) =>
        `${id}: stored ${JSON.stringify(stored)}, the ${place} says ${JSON.stringify(said)}`,
    );
}

/** 5. No multipart upload is left open. */
const noOrphanedUpload: Check = ({ openUploads }) =>
  openUploads.map(({ key, uploadId }) => `upload ${uploadId} of ${key} is still open`);

/**
 * 6. AKOOL is not asked about a job that had ended before the asking invocation began, unless a file is
 * missing beside its archived video.
 */
const noPollAfterTheEnd: Check = ({ ledger, companions }) =>
  ledger.polls.flatMap(({ videoModelId, sawWrites, writes }) => {
    const known = ledger.writes
      .slice(0, sawWrites)
      .findLast((write) => write.videoModelId === videoModelId);
    const begunAgain = ledger.writes
      .slice(sawWrites, writes)
      .some((write) => write.videoModelId === videoModelId && rankOf(write.status) < 4);
    const mayMiss = (companions.get(videoModelId) ?? "none") !== "none";
    if (known?.status === "archived" && mayMiss) return [];
    return known && rankOf(known.status) === 4 && !begunAgain
      ? [`${videoModelId} was looked at after it had ended ${known.status}`]
      : [];
  });

/** 7. An intent is charged once at most, and what was charged is followed. */
const chargedOnceAndFollowed: Check = ({ ledger, jobs }) => {
  const keys = ledger.creations.map(({ idempotencyKey }) => idempotencyKey);
  return [
    ...keys
      .filter((key, index) => keys.indexOf(key) !== index)
      .map((key) => `${key} was charged twice`),
    ...ledger.creations
      .filter(({ videoModelId }) => !jobs.has(videoModelId))
      .map(
        ({ videoModelId, idempotencyKey }) =>
          `${videoModelId} of ${idempotencyKey} is not followed`,
      ),
  ];
};

/** 8. No secret and no signed address in an event, an execution's input, or a line of the log. */
const noSecretLeaks: Check = ({ ledger, secrets }) => {
  const places = {
    event: ledger.events.map((event) => JSON.stringify(event)),
    "execution's input": ledger.inputs,
    log: ledger.logs,
  };
  return Object.entries(places).flatMap(([place, texts]) =>
    texts.flatMap((text) =>
      secrets
        .filter((secret) => text.includes(secret))
        .map((secret) => `${secret} in the ${place}: ${text.slice(0, 300)}`),
    ),
  );
};

/** 9. An execution fails only with its fault on record, or when its job was no longer its own. */
const failuresHaveReasons: Check = ({ ledger, executions }) =>
  executions
    .filter(({ status }) => status !== "SUCCEEDED" && status !== "RUNNING")
    .flatMap(({ executionArn, status }) => {
      const id = ledger.writes.findLast(
        ({ execution }) => execution === executionArn,
      )?.videoModelId;
      if (id === undefined) return [];
      const ofJob = ledger.writes.filter(({ videoModelId }) => videoModelId === id);
      const explained =
        ofJob.some(({ faultOf }) => faultOf === executionArn) ||
        ofJob.at(-1)?.execution !== executionArn ||
        rankOf(ofJob.at(-1)?.status ?? "") === 4;
      return explained ? [] : [`${executionArn} ended ${status} without a fault on the record`];
    });

const MAX_HISTORY_EVENTS = 25_000;

/** 10. No execution outgrows Step Functions' history. */
const historiesFit: Check = ({ ledger }) =>
  [...ledger.historyEvents]
    .filter(([, events]) => events > MAX_HISTORY_EVENTS)
    .map(([arn, events]) => `${arn} has ${events} history events`);

/** 11. The world comes to rest by itself. */
const comesToRest: Check = ({ isAtRest }) => (isAtRest ? [] : ["the world does not come to rest"]);

/** 15. Once everything is quiet, the ledger of credits equals a recount of the records. */
const ledgerEqualsRecords: Check = ({ creditLedger }) => [...creditLedger];

const INVARIANTS: Readonly<Record<string, Check>> = {
  "every accepted job ends": everyAcceptedJobEnds,
  "archived means stored": archivedMeansStored,
  "a status never goes back": statusNeverGoesBack,
  "everything is published, in order, and nothing else": everythingIsPublished,
  "no upload is orphaned": noOrphanedUpload,
  "AKOOL is left alone after the end": noPollAfterTheEnd,
  "an intent is charged once and followed": chargedOnceAndFollowed,
  "nothing secret leaks": noSecretLeaks,
  "failed executions have their fault on record": failuresHaveReasons,
  "histories fit": historiesFit,
  "the world comes to rest": comesToRest,
  "cancellations stand": cancellationsStand,
  "companions are stored, or have failed for a reason": companionsAreStored,
  "it is told when all companions are there": companionsAreTold,
  "the ledger of credits equals the records": ledgerEqualsRecords,
};

/** Every violation, with the name of its invariant. */
export function violationsOf(played: Played): string[] {
  return Object.entries(INVARIANTS).flatMap(([name, check]) =>
    check(played).map((violation) => `${name}: ${violation}`),
  );
}
