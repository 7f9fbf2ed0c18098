import type { Tone } from "../../logic/status.ts";
import { Chip } from "../../ui/chip.tsx";

const STATES: Readonly<Record<string, { tone: Tone; label: string }>> = {
  running: { tone: "running", label: "Running" },
  succeeded: { tone: "good", label: "Done" },
  failed: { tone: "bad", label: "Failed" },
};

export function ImportChip({ state }: { state: string }) {
  return <Chip {...(STATES[state] ?? { tone: "quiet", label: state })} />;
}
