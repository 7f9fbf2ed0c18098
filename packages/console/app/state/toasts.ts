import { signal } from "@preact/signals";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "good" | "bad" | "quiet";
}

/** Long enough to be read, and it stays while it has the pointer or the focus. */
const SHOWN_MS = 8_000;

export const toasts = signal<readonly Toast[]>([]);

let last = 0;

export function tell(text: string, tone: Toast["tone"] = "quiet"): void {
  last += 1;
  const toast = { id: last, text, tone };
  toasts.value = [...toasts.value.slice(-3), toast];
  if (tone !== "bad") setTimeout(() => dismiss(toast.id), SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
