import { crc32 } from "node:zlib";
import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import {
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
} from "#domain/events/companion-events.ts";
import { type Companion, toldCompanions } from "#domain/job/companion.ts";
import type { Job } from "#domain/job/job.ts";
import { isEverServed, namedAtLeast } from "./companion-files.ts";
import type { Played } from "./play.ts";
import type { Check } from "./timeline-invariants.ts";

/**
 * 13. What the record calls archived beside a video is stored as recorded; what AKOOL has named and is
 * not stored has failed, with a reason, and only where its source never had it, or the job ended without
 * its video.
 */
export const companionsAreStored: Check = (played) =>
  [...played.jobs.values()].flatMap((job) => {
    const { videoModelId: id, status, companions = [] } = job;
    const plan = played.companions.get(id) ?? "none";
    const isShort = status === "archived" && companions.length < namedAtLeast(plan);
    return [
      ...(isShort ? [`${id} is archived with ${companions.length} companions on record`] : []),
      ...companions.flatMap((companion) => flawsOf(played, job, companion)),
      ...(status === "archived" ? flawsOfSidecar(played, job) : []),
    ];
  });

function flawsOf(played: Played, { videoModelId: id, status }: Job, companion: Companion) {
  const { role } = companion;
  const name = `${id}, ${role}`;
  if (companion.state === "pending") return [`${name}: still pending at rest`];
  if (companion.state === "failed") {
    const plan = played.companions.get(id) ?? "none";
    return [
      ...(companion.reason === "" ? [`${name}: failed without a reason`] : []),
      ...(status === "archived" && isEverServed(plan, role)
        ? [`${name}: given up (${companion.reason}), although its source has it`]
        : []),
    ];
  }
  const bytes = played.objects.get(companion.key);
  if (bytes === undefined) return [`${name}: ${companion.key} is not stored`];
  const crc = crc32(bytes);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc);
  const isAsRecorded =
    companion.bytes === bytes.length &&
    companion.checksum === `crc32:${checksum.toString("base64")}`;
  const isOfSource = played.companionSources
    .get(role)
    ?.some((file) => file.bytes === bytes.length && file.checksum === crc);
  return [
    ...(isAsRecorded ? [] : [`${name}: ${bytes.length} bytes are stored, not those on record`]),
    ...(isOfSource ? [] : [`${name}: the ${bytes.length} bytes stored are no file of its source`]),
  ];
}

/** The sidecar tells of the companions what the record does. */
function flawsOfSidecar({ objects }: Played, { videoModelId: id, archive, companions }: Job) {
  const sidecar = objects.get(archive?.key.replace(/\.\w+$/, ".json") ?? "");
  const told = sidecar && JSON.parse(sidecar.toString()).companions;
  const recorded = companions && JSON.parse(JSON.stringify(toldCompanions(companions)));
  return JSON.stringify(told) === JSON.stringify(recorded)
    ? []
    : [`${id}: the sidecar tells ${JSON.stringify(told)} of its companions`];
}

/** 14. It is told when all companions of a video are there, and of no other. */
export const companionsAreTold: Check = ({ jobs, ledger }) => {
  const ofType = (type: string) => ledger.events.filter((event) => event["detail-type"] === type);
  const archived = new Set(ofType(COMPANIONS_ARCHIVED_DETAIL_TYPE).map(eventIdOf));
  const expiring = ofType(COMPANIONS_EXPIRING_DETAIL_TYPE);
  return [
    ...[...jobs.values()].flatMap(({ videoModelId: id, status, companions = [] }) => {
      const isWhole = companions.every(({ state }) => state === "archived");
      const isDue = status === "archived" && isWhole && companions.length > 0;
      const isTold = archived.has(`${id}/companions/${companions.length}`);
      return isDue === isTold ? [] : [`${id}: told ${isTold} that all companions are there`];
    }),
    ...expiring
      .filter(({ detail }) => jobs.get(String(detail.videoModelId))?.companions === undefined)
      .map((event) => `${eventIdOf(event)} is about companions that nobody knows`),
  ];
};

function eventIdOf({ detail }: EventEnvelope): string {
  return String(detail.eventId);
}
