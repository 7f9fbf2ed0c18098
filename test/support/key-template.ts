import { type KeyTemplate, readKeyTemplate } from "#domain/job/key-template.ts";

/** @throws RangeError for a text that no template is */
export function keyTemplate(text = "{videoModelId}"): KeyTemplate {
  const { template, problem } = readKeyTemplate(text);
  if (template === undefined) throw new RangeError(problem);
  return template;
}

/** How files are stored where nothing is configured. */
export const PLAIN_STORAGE = {
  keyTemplate: keyTemplate(),
  objectTags: [],
  storageClass: "STANDARD",
} as const;
