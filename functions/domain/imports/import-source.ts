/** An object that lines are read from. */
export interface ImportSource {
  bucket: string;
  key: string;
}

/** Where objects for imports may lie: all keys of a bucket that begin with a prefix. */
export interface AllowedSource {
  bucket: string;
  prefix: string;
}

/** In the deployment's own bucket for imports: where objects to import are laid. */
export const IMPORT_PREFIX = "imports/";

/** In the same bucket: what the archiver itself keeps of each import. */
export const RUN_PREFIX = "runs/";

/** The objects of one import. */
export const importKeys = {
  /** What came with the request: its jobs, one a line, or a list in the form that it had. */
  inline: (importId: string) => `${RUN_PREFIX}${importId}/inline.jsonl`,
  /** Every line with its number, as the distributed map reads them. */
  lines: (importId: string) => `${RUN_PREFIX}${importId}/lines.jsonl`,
  /** Below it the map writes the report. */
  report: (importId: string) => `${RUN_PREFIX}${importId}/report`,
};

/** @param text `bucket/prefix`, several separated by commas; an empty text allows nothing */
export function parseAllowedSources(text: string): AllowedSource[] {
  return text
    .split(",")
    .filter((source) => source !== "")
    .map((source) => {
      const slash = source.indexOf("/");
      return { bucket: source.slice(0, slash), prefix: source.slice(slash + 1) };
    });
}

/** Whether an object may be read: nobody who asks for an import chooses another place. */
export function isAllowedSource(
  allowed: readonly AllowedSource[],
  { bucket, key }: ImportSource,
): boolean {
  return allowed.some((place) => place.bucket === bucket && key.startsWith(place.prefix));
}
