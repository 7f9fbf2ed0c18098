import type { JobStatus } from "@akool-archiver/client";
import { STATUSES, type Tone } from "../logic/status.ts";

/** One shape a tone, so that nobody depends on the colour. */
const SHAPES: Readonly<Record<Tone, string>> = {
  waiting: "M6 1.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z",
  running: "M6 1.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9zM6 1.500a4.500 4.500 0 0 1 0 9z",
  good: "M2 6.500 4.800 9 10 3",
  bad: "M2.500 2.500l7 7M9.500 2.500l-7 7",
  warning: "M6 1.500 11 10.500H1zM6 5v2.500",
  quiet: "M2 6h8",
};

interface ChipProps {
  tone: Tone;
  label: string;
  title?: string;
}

export function Chip({ tone, label, title }: ChipProps) {
  return (
    <span class={`chip chip-${tone}`} title={title}>
      <svg class="chip-shape" viewBox="0 0 12 12" aria-hidden="true">
        <path d={SHAPES[tone]} />
      </svg>
      {label}
    </span>
  );
}

/** @param progress percent, of products that tell it */
export function StatusChip({
  status,
  progress,
}: {
  status: JobStatus;
  progress?: number | undefined;
}) {
  const { tone, label, meaning } = STATUSES[status];
  const told = progress === undefined ? label : `${label} ${Math.round(progress)} %`;
  return <Chip tone={tone} label={told} title={meaning} />;
}
