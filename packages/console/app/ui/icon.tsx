/** Drawn for a box of 16 × 16, with lines of the text's colour. */
const PATHS = {
  jobs: "M2.5 4h11M2.5 8h11M2.5 12h7",
  gallery: "M2.5 3.500h11v9h-11zM6.500 6v4l3.500-2z",
  expiring: "M8 4.500V8l2.500 1.500M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z",
  needs: "M8 2.500 14 13H2zM8 6.500v3M8 11.200v.1",
  imports: "M8 2v7.500M5 6.800l3 3 3-3M2.500 11v2.500h11V11",
  spend: "M2.500 13.500h11M4 11V8M7 11V4M10 11V6.500M13 11V3",
  start: "M8 3v10M3 8h10",
  book: "M3 2.500h8.500a1.500 1.500 0 0 1 1.500 1.500v9.500H4.500A1.500 1.500 0 0 1 3 12zM3 12a1.500 1.500 0 0 1 1.500-1.500H13",
  copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
  download: "M8 2v8M4.800 7 8 10.200 11.200 7M3 13.500h10",
  retry: "M13 8a5 5 0 1 1-1.500-3.600M13 2v3h-3",
  cancel: "M4 4l8 8M12 4l-8 8",
  back: "M10 3 5 8l5 5",
  play: "M5 3l8 5-8 5z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
