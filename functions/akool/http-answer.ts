/** One HTTP answer of AKOOL, or of whatever stands in front of it, as it came. */
export interface HttpAnswer {
  status: number;
  body: string;
  contentType?: string | undefined;
  /** Where a redirect leads; it is not followed. */
  location?: string | undefined;
  /** For how long the server asks to be left alone. */
  retryAfterSeconds?: number | undefined;
}
