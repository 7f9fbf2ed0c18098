import { API_ROUTES } from "@akool-archiver/client/routes";

/**
 * Whether the archiver's API has such a route: nothing else is ever signed.
 *
 * @param path as sent, still percent-encoded
 */
export function isApiRoute(method: string, path: string): boolean {
  return API_ROUTES.some(([known, template]) => known === method && fits(template, path));
}

function fits(template: string, path: string): boolean {
  const sent = path.split("/");
  const segments = template.split("/");
  if (sent.length !== segments.length) return false;
  return segments.every((segment, index) => {
    const text = sent[index] ?? "";
    return segment.startsWith("{") ? isParameter(text) : text === segment;
  });
}

/** One segment of a URL's path; `..`, encoded or not, is none: it would lead to another path. */
function isParameter(text: string): boolean {
  return /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9a-f]{2})+$/i.test(text) && !/^(?:\.|%2e){1,2}$/i.test(text);
}
