import { crc32 } from "node:zlib";
import { inspectSubtitles } from "#archive/content/subtitles.ts";
import { NotSubtitles, VideoTooLarge } from "#archive/errors.ts";
import { decodedBody } from "#archive/source/content-coding.ts";
import { CookieJar } from "#archive/source/cookie-jar.ts";
import { assertSameAgain, openVideo, type SourceAccess } from "#archive/source/open-video.ts";
import { etagAt, putVideo, verifyObject } from "#archive/upload/objects.ts";
import type { ObjectPlace } from "#archive/upload/places.ts";
import { BodyCutter } from "./body-cutter.ts";
import { asTimeout } from "./copy-attempts.ts";
import type { CopiedVideo, CopyClaim } from "./copy-run.ts";
import { ANY_RUN, copierSettings, type VideoCopierOptions } from "./copy-video.ts";

/** Copies one file of subtitles into the bucket, byte for byte, or not at all. */
export interface SubtitlesCopier {
  /**
   * @param sourceUrl checked by the download guard
   * @param deadline ends the copy
   * @param claim default: another run may have copied the file before
   * @throws NotSubtitles; the errors of a video's copy; the SDK's
   */
  copySubtitles(
    sourceUrl: string,
    place: ObjectPlace,
    deadline: AbortSignal,
    claim?: CopyClaim,
  ): Promise<CopiedVideo>;
}

/** Copies with one request to the source and one to the store; no such file needs more. */
export function createSubtitlesCopier(options: VideoCopierOptions): SubtitlesCopier {
  const settings = copierSettings(options);
  const maxBytes = Math.min(settings.maxBytes, settings.sizing.smallBytes);
  return {
    async copySubtitles(sourceUrl, place, deadline, claim = ANY_RUN) {
      const { s3 } = settings;
      // Read before the download: what appears later is another run's, and stays.
      const etag = claim.first ? undefined : await etagAt(s3, place);
      const access = {
        ...settings,
        ...{ sourceUrl, deadline, plain: true, cookies: new CookieJar() },
      };
      const bytes = await download(access, maxBytes).catch((error: unknown) => {
        throw asTimeout(error, deadline);
      });
      const content = inspectSubtitles(bytes);
      const replaced = etag === undefined ? undefined : { etag, claim: () => claim.toReplace() };
      const sent = await putVideo(s3, place, content.contentType, bytes, replaced);
      const video = await verifyObject(s3, place, bytes.length, sent);
      return { place, video, content, leftUpload: false };
    },
  };
}

async function download(access: SourceAccess, maxBytes: number): Promise<Buffer> {
  const { deadline: signal, idleTimeoutMs } = access;
  const opened = (await openVideo(access, maxBytes)).source;
  try {
    const { source, reader } = await decodedBody(opened, { signal, idleTimeoutMs });
    const { totalBytes, endIsMarked } = source;
    const cutter = new BodyCutter(reader, { declaredBytes: totalBytes, maxBytes });
    const whole = await cutter.next(
      Buffer.allocUnsafeSlow(Math.min(totalBytes ?? maxBytes, maxBytes)),
    );
    if (whole === undefined) throw new NotSubtitles("the source served 0 bytes, not subtitles");
    if (!whole.last) {
      throw new VideoTooLarge(`no file of subtitles has more than ${maxBytes} bytes`);
    }
    const bytes = Buffer.from(whole.bytes);
    if (!endIsMarked) await assertSameAgain(access, { bytes: bytes.length, crc32: crc32(bytes) });
    return bytes;
  } finally {
    opened.body.destroy();
  }
}
