import { responseHeaders } from "@akool-archiver/console/response-headers.ts";

/** Origins, which may be known at deployment only. */
export interface PageOrigins {
  /** Where presigned links lead. */
  readonly media: string;
  /** Where the page gets tokens. */
  readonly signIn: string;
}

/** In place of what is known at deployment only: the policy takes origins alone, and checks them. */
const STANDS_FOR: PageOrigins = {
  media: "https://media.invalid",
  signIn: "https://sign-in.invalid",
};

/** CloudFront has settings of their own for these. */
const SECURITY_HEADERS: ReadonlySet<string> = new Set([
  "content-security-policy",
  "referrer-policy",
  "x-content-type-options",
  "x-frame-options",
]);

/**
 * The headers that the page has wherever it is served, as CloudFront wants to be told them.
 *
 * @param path of one of the console's files
 */
export function pageHeaders(path: string, { media, signIn }: PageOrigins) {
  const headers = responseHeaders(path, {
    media: [STANDS_FOR.media],
    connect: [STANDS_FOR.signIn],
  });
  return {
    policy: String(headers["content-security-policy"])
      .replaceAll(STANDS_FOR.media, media)
      .replaceAll(STANDS_FOR.signIn, signIn),
    others: Object.entries(headers).filter(([name]) => !SECURITY_HEADERS.has(name)),
  };
}
