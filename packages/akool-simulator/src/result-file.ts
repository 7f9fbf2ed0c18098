/** A result file that is a video, or starts as one. */
export type VideoFile =
  /** The committed sample video. */
  | { readonly kind: "sample" }
  /** A leading `ftyp` box, then the same pseudo-random bytes every time; never held in memory. */
  | { readonly kind: "generated"; readonly bytes: number }
  /** Declares `declared` bytes and closes the connection at the byte number `sent`. */
  | { readonly kind: "cut"; readonly declared: number; readonly sent: number }
  /** The sample, held back to this speed on each connection. */
  | { readonly kind: "slow"; readonly bytesPerSecond: number }
  /** The sample from an origin that ignores `Range`. */
  | { readonly kind: "no-ranges" }
  /** The sample without a `Content-Length` (and so without ranges). */
  | { readonly kind: "chunked" };

/** An answer of the result server that is no video. */
type OtherAnswer =
  /** HTTP 200 with an HTML page. */
  | { readonly kind: "html" }
  | { readonly kind: "status"; readonly status: number }
  /** HTTP 302 to this location. */
  | { readonly kind: "redirect"; readonly location: string };

/** What the result server answers at the URL of one result. */
export type ServedFile = VideoFile | OtherAnswer;

/** A file of text, as subtitles are. */
export interface TextFile {
  readonly kind: "text";
  readonly body: string;
  /** `application/x-subrip` unless given. */
  readonly contentType?: string;
}

/** One file beside a result. */
export interface CompanionFile {
  readonly file: ServedFile | TextFile;
  /** Milliseconds after the job's end from which infobymodelid names it; 0 unless given. */
  readonly namedAfterMs?: number;
  /** Milliseconds after the job's end until which its URL answers 404; 0 unless given. */
  readonly servedAfterMs?: number;
}

/** What `audio_splits` names: the files beside a translated video. */
export interface CompanionFiles {
  readonly original_srt?: CompanionFile;
  readonly translated_srt?: CompanionFile;
  readonly no_caption_video?: CompanionFile;
}

/**
 * What a completed job's `video` leads to. With `gone-then` the first URL answers 404; once it has
 * been asked for `after` times, infobymodelid gives out a fresh URL, which leads to `file`. With
 * `late` the URL leads to `first` until `forMs` after the job's end, and to `file` from then on.
 */
export type ResultFile =
  | ServedFile
  | { readonly kind: "gone-then"; readonly after: number; readonly file: ServedFile }
  | {
      readonly kind: "late";
      readonly forMs: number;
      readonly first: ServedFile;
      readonly file: ServedFile;
    };
