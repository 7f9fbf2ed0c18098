import { crc32 } from "node:zlib";
import type { CopyRun } from "#archive/copy/copy-run.ts";
import { SourceInterrupted } from "#archive/errors.ts";
import { decodedBody } from "./decoded-body.ts";
import { openWhole } from "./open-video.ts";

const BUFFER_BYTES = 1024 * 1024;

/** What two downloads of one file have in common. */
export interface Downloaded {
  bytes: number;
  crc32: number;
}

/**
 * Downloads the file a second time, keeping nothing: where only the end of the connection tells the
 * end of the file, a cut-off shows in that two downloads differ.
 *
 * @throws SourceInterrupted when they do; else as `openWhole`
 */
export async function assertSameAgain(run: CopyRun, first: Downloaded): Promise<void> {
  const { deadline: signal, idleTimeoutMs } = run;
  const opened = await openWhole(run);
  try {
    const { reader } = await decodedBody(opened, { signal, idleTimeoutMs });
    const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    const second = { bytes: 0, crc32: 0 };
    for (let length = -1; length !== 0; second.bytes += length) {
      length = await reader.read(buffer);
      second.crc32 = crc32(buffer.subarray(0, length), second.crc32);
    }
    if (second.bytes !== first.bytes || second.crc32 !== first.crc32) {
      throw new SourceInterrupted(
        `the source marks no end, and two downloads differ: ${first.bytes} and ${second.bytes} bytes`,
      );
    }
  } finally {
    opened.body.destroy();
  }
}
