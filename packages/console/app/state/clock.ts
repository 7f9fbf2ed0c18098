import { signal } from "@preact/signals";

/** Epoch milliseconds, every second while somebody looks. */
export const now = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === "visible") now.value = Date.now();
}, 1000);
