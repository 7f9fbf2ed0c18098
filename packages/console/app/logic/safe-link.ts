/**
 * An address that the page may lead to: http or https, and nothing that a script or a credential can
 * hide in. Only presigned links of the API are ever given to it.
 */
export function safeLink(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.username === "" && url.password === "";
  return isPlain && (url.protocol === "https:" || url.protocol === "http:") ? url.href : undefined;
}
