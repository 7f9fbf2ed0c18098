import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { safeLink } from "../../logic/safe-link.ts";
import { api } from "../../state/api.ts";

/** So far below the window, a frame is read already. */
const AHEAD = "300px";

/** The first frame of a video, read when it comes into view: nothing is kept for it, and no poster made. */
export function FirstFrame({ videoModelId }: { videoModelId: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const link = useSignal<string | undefined>(undefined);
  const isBroken = useSignal(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) return;
        observer.disconnect();
        void read();
      },
      { rootMargin: AHEAD },
    );
    const read = async () => {
      try {
        const { url } = await api().getVideo(videoModelId, { disposition: "inline" });
        link.value = safeLink(url);
      } catch {
        isBroken.value = true;
      }
    };
    observer.observe(element);
    return () => observer.disconnect();
  }, [videoModelId]);
  return (
    <div ref={frame} class="frame">
      {link.value !== undefined && !isBroken.value && (
        <video
          muted
          playsInline
          preload="metadata"
          tabIndex={-1}
          aria-hidden="true"
          // A moment into it: the very first frame is often black.
          src={`${link.value}#t=0.1`}
          onError={() => {
            isBroken.value = true;
          }}
        />
      )}
      {isBroken.value && <span class="quiet">No preview</span>}
    </div>
  );
}
