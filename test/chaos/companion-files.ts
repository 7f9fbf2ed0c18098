import { crc32 } from "node:zlib";
import type { CompanionFiles } from "@akool-archiver/akool-simulator/result-file.ts";
import { COMPANION_ROLES, type CompanionRole } from "#domain/job/companion.ts";
import type { CompanionPlan } from "./history.ts";
import { changedPiece, type SourceFiles, sourceFilesOf } from "./source-files.ts";

const MINUTE_MS = 60_000;

/** After the ordinary end, and before AKOOL is asked for more files. */
const NAMED_LATE_MS = 10 * MINUTE_MS;
/** Longer than the workflow itself waits for a file. */
const SERVED_LATE_MS = 20 * MINUTE_MS;

const CUES = "1\r\n00:00:01,000 --> 00:00:02,500\r\n";
const SUBTITLES = { original_srt: `${CUES}Hello\r\n`, translated_srt: `${CUES}Bonjour\r\n` };
const NO_CAPTIONS = { kind: "generated", bytes: 3_100 } as const;

const WHOLE = {
  original_srt: { file: { kind: "text", body: SUBTITLES.original_srt } },
  translated_srt: { file: { kind: "text", body: SUBTITLES.translated_srt } },
  no_caption_video: { file: NO_CAPTIONS },
} as const satisfies CompanionFiles;

const FILES: Readonly<Record<CompanionPlan, CompanionFiles | undefined>> = {
  none: undefined,
  all: WHOLE,
  "named-late": {
    ...WHOLE,
    translated_srt: { ...WHOLE.translated_srt, namedAfterMs: NAMED_LATE_MS },
  },
  "served-late": {
    ...WHOLE,
    no_caption_video: { ...WHOLE.no_caption_video, servedAfterMs: SERVED_LATE_MS },
  },
  gone: { ...WHOLE, translated_srt: { file: { kind: "status", status: 404 } } },
  page: { ...WHOLE, original_srt: { file: { kind: "html" } } },
};

/** What the simulator has beside a video. */
export function companionFilesOf(plan: CompanionPlan): CompanionFiles | undefined {
  return FILES[plan];
}

/** Whether the source ever has this file. */
export function isEverServed(plan: CompanionPlan, role: CompanionRole): boolean {
  const kind = FILES[plan]?.[role]?.file.kind;
  return kind !== undefined && kind !== "status" && kind !== "html";
}

/** How many files AKOOL has named at least, once all is over. */
export function namedAtLeast(plan: CompanionPlan): number {
  if (FILES[plan] === undefined) return 0;
  return plan === "named-late" ? COMPANION_ROLES.length - 1 : COMPANION_ROLES.length;
}

/** What the source of each companion can have whole. */
export async function companionSources(): Promise<ReadonlyMap<CompanionRole, SourceFiles>> {
  return new Map([
    ["original_srt", textFiles(SUBTITLES.original_srt)],
    ["translated_srt", textFiles(SUBTITLES.translated_srt)],
    ["no_caption_video", await sourceFilesOf(NO_CAPTIONS)],
  ]);
}

/** The text, and what it changes to: its first cue stays, so that it counts as subtitles. */
function textFiles(text: string): SourceFiles {
  const file = Buffer.from(text);
  return [file, changedPiece(file, 0)].map((bytes) => ({
    bytes: bytes.length,
    checksum: crc32(bytes),
  }));
}
