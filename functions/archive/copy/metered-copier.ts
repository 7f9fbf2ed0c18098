import type { Meter } from "#domain/metrics.ts";
import type { VideoCopier } from "./copy-video.ts";

const MEGABYTE = 1_000_000;

/**
 * A copier that measures each copy.
 *
 * @param now epoch milliseconds
 */
export function meteredCopier(copier: VideoCopier, meter: Meter, now: () => number): VideoCopier {
  return {
    async copy(...request) {
      const startedAt = now();
      try {
        const copied = await copier.copy(...request);
        const seconds = (now() - startedAt) / 1000;
        meter.add("CopyTime", seconds);
        // A clock of milliseconds cannot tell how fast a shorter copy was.
        if (seconds > 0) meter.add("CopyRate", copied.video.bytes / MEGABYTE / seconds);
        return copied;
      } catch (error) {
        meter.add("CopyFailed");
        throw error;
      }
    },
  };
}
