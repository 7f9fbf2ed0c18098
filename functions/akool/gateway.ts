import { trimmed } from "#domain/text/lenient-json.ts";
import { quotedText } from "#domain/text/redaction.ts";
import type { HttpAnswer } from "./exchange.ts";

const MAX_EXCERPT = 200;

/** Whether this was meant for a browser: a login, a challenge, an error page. */
export function isPage({ contentType = "", body }: HttpAnswer): boolean {
  return /^\s*(text\/html|application\/xhtml)/i.test(contentType) || trimmed(body).startsWith("<");
}

/** Describes an answer without one of AKOOL's codes, for a person. */
export function describeUncoded(answer: HttpAnswer): string {
  const { status } = answer;
  if (status >= 300 && status < 400 && answer.location !== undefined) {
    return `HTTP ${status}, a redirect to ${hostOf(answer.location)}, which is not followed: is the base URL right?`;
  }
  const what = describeBody(answer);
  return status === 404
    ? `HTTP 404, no JSON of AKOOL's: is the base URL right? ${what}`
    : `HTTP ${status} with ${what}`;
}

function describeBody(answer: HttpAnswer): string {
  const { body } = answer;
  if (trimmed(body) === "") return "an empty body";
  const kind = isPage(answer)
    ? isChallenge(body)
      ? "a gateway's page that asks for a browser"
      : "a page instead of JSON"
    : "an unreadable body";
  const excerpt = quotedText(excerptOf(answer), MAX_EXCERPT);
  return excerpt === "" ? kind : `${kind}: ${excerpt}`;
}

/** Words of the challenge pages of CloudFlare, AWS WAF and the like. */
const CHALLENGES = ["challenge", "captcha", "just a moment", "attention required"];

function isChallenge(body: string): boolean {
  const text = body.toLowerCase();
  return CHALLENGES.some((word) => text.includes(word));
}

function excerptOf(answer: HttpAnswer): string {
  const text = isPage(answer) ? titleOf(answer.body) : answer.body.slice(0, 2 * MAX_EXCERPT);
  return text.split(/\s+/).filter(Boolean).join(" ");
}

function titleOf(page: string): string {
  const text = page.toLowerCase();
  const start = text.indexOf("<title>");
  const end = text.indexOf("</title>", start);
  return start === -1 || end === -1 ? "" : page.slice(start + 7, end).slice(0, 2 * MAX_EXCERPT);
}

function hostOf(location: string): string {
  if (location.startsWith("/") && !location.startsWith("//")) return "the same host";
  const absolute = location.startsWith("//") ? `https:${location}` : location;
  return URL.canParse(absolute)
    ? `the host ${quotedText(new URL(absolute).host, MAX_EXCERPT)}`
    : "an unreadable address";
}
