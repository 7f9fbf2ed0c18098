import type { InspectedContent } from "./inspect-file.ts";
import type { ObjectPlace, StoredObject } from "./objects.ts";

/** A file in the bucket, and what it was found to be before it became an object. */
export interface KeptVideo {
  place: ObjectPlace;
  video: StoredObject;
  content: InspectedContent;
}
