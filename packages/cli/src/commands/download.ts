import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Job } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { downloadVideo } from "../download/download-video.ts";
import { byteSize, plainText } from "../output/format.ts";
import { type CommonFlags, openSession, type Session } from "../target/session.ts";
import { forEachId } from "./each.ts";
import { commonFlags, switchFlag, textFlag } from "./flags.ts";
import { readIds } from "./ids.ts";

interface Flags extends CommonFlags {
  readonly to?: string | undefined;
  readonly "video-only"?: boolean | undefined;
}

type Companion = NonNullable<Job["companions"]>[number];

/** A file of a job that lies in the archive. */
interface ArchivedFile {
  readonly role: "video" | Companion["role"];
  readonly key: string;
  readonly bytes: number;
  readonly checksum: string;
}

export const download = buildCommand<Flags, string[], Context>({
  docs: {
    brief: "fetch archived videos and what came with them, checked against the record",
    fullDescription:
      "Interrupted, even killed, the same command goes on where it stopped. What is there already is left. Subtitles and the like come too; 1 also when one of them is not archived.",
    customUsage: [
      { input: "<id>… --to videos", brief: "into a directory, which is made" },
      { input: "< ids.txt", brief: "one id a line, or JSON" },
    ],
  },
  parameters: {
    flags: {
      ...commonFlags,
      to: textFlag("DIR", "the directory (default: this one)"),
      "video-only": switchFlag("without subtitles and the like"),
    },
    positional: {
      kind: "array",
      parameter: { brief: "AKOOL's _id", parse: String, placeholder: "id" },
    },
  },
  async func(flags, ...given) {
    const ids = await readIds(given, this.stdin);
    const session = await openSession(this, flags);
    const directory = flags.to ?? ".";
    await mkdir(directory, { recursive: true });
    const whole = await forEachId(ids, session, async (id) => {
      const { archiver, signal } = session;
      const job = await archiver.getJob(id, { signal });
      // Refused with the reason, where there is no video.
      if (job.video === undefined) await archiver.getVideo(id, { signal });
      if (job.video === undefined) return false;
      await fetchFile(session, id, { role: "video", ...job.video }, directory);
      const companions = flags["video-only"] === true ? [] : (job.companions ?? []);
      let isWhole = true;
      for (const companion of companions) {
        const file = archivedFile(companion);
        if (file !== undefined) await fetchFile(session, id, file, directory);
        else {
          tellMissing(session, id, companion);
          isWhole = false;
        }
      }
      return isWhole;
    });
    this.process.exitCode = whole ? 0 : 1;
  },
});

async function fetchFile(
  { archiver, print, signal }: Session,
  id: string,
  { role, key, bytes, checksum }: ArchivedFile,
  directory: string,
): Promise<void> {
  const file = join(directory, basename(key));
  const link = async () =>
    role === "video"
      ? (await archiver.getVideo(id, { signal })).url
      : (await archiver.getCompanion(id, role, { signal })).url;
  const fetched = await downloadVideo({
    video: { bytes, checksum },
    file,
    link,
    signal,
    onProgress: (done) =>
      print.progress(
        `${id}  ${role}  ${Math.floor((100 * done) / bytes)} %  ${byteSize(done)} of ${byteSize(bytes)}`,
      ),
  });
  const words = [file, byteSize(bytes), fetched ? print.good("checked") : "was there already"];
  print.result(
    { videoModelId: id, role, file, bytes, checksum, fetched },
    print.quiet ? file : words.join("  "),
  );
}

/** What is needed to fetch a companion; nothing unless it is archived. */
function archivedFile({ role, state, key, bytes, checksum }: Companion): ArchivedFile | undefined {
  if (state !== "archived") return undefined;
  if (key === undefined || bytes === undefined || checksum === undefined) return undefined;
  return { role, key, bytes, checksum };
}

function tellMissing({ print }: Session, id: string, { role, state, reason }: Companion): void {
  const text = [id, role, print.bad(`is ${state}`), plainText(reason ?? "")];
  print.result(
    { videoModelId: id, role, state, ...(reason && { reason }) },
    text.filter(Boolean).join("  "),
  );
}
