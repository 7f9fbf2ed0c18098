import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { downloadVideo } from "../download/download-video.ts";
import { byteSize } from "../output/format.ts";
import { type CommonFlags, openSession } from "../target/session.ts";
import { forEachId } from "./each.ts";
import { commonFlags, textFlag } from "./flags.ts";
import { readIds } from "./ids.ts";

interface Flags extends CommonFlags {
  readonly to?: string | undefined;
}

export const download = buildCommand<Flags, string[], Context>({
  docs: {
    brief: "fetch archived videos, checked against the record",
    fullDescription:
      "Interrupted, even killed, the same command goes on where it stopped. What is there already is left.",
    customUsage: [
      { input: "<id>… --to videos", brief: "into a directory, which is made" },
      { input: "< ids.txt", brief: "one id a line, or JSON" },
    ],
  },
  parameters: {
    flags: { ...commonFlags, to: textFlag("DIR", "the directory (default: this one)") },
    positional: {
      kind: "array",
      parameter: { brief: "AKOOL's _id", parse: String, placeholder: "id" },
    },
  },
  async func(flags, ...given) {
    const ids = await readIds(given, this.stdin);
    const { archiver, print, signal } = await openSession(this, flags);
    const directory = flags.to ?? ".";
    await mkdir(directory, { recursive: true });
    const whole = await forEachId(ids, { print, signal }, async (id) => {
      const link = async () => (await archiver.getVideo(id, { signal })).url;
      const { video } = await archiver.getJob(id, { signal });
      // Refused with the reason, where there is no video.
      if (video === undefined) await link();
      if (video === undefined) return false;
      const file = join(directory, basename(video.key));
      const fetched = await downloadVideo({
        video,
        file,
        link,
        signal,
        onProgress: (bytes) =>
          print.progress(
            `${id}  ${Math.floor((100 * bytes) / video.bytes)} %  ${byteSize(bytes)} of ${byteSize(video.bytes)}`,
          ),
      });
      const { bytes, checksum } = video;
      const words = [file, byteSize(bytes), fetched ? print.good("checked") : "was there already"];
      print.result(
        { videoModelId: id, file, bytes, checksum, fetched },
        print.quiet ? file : words.join("  "),
      );
      return true;
    });
    this.process.exitCode = whole ? 0 : 1;
  },
});
