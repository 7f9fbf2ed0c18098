import type { ObjectPlace, StoredObject } from "#archive/upload/objects.ts";
import type { InspectedContent } from "./inspect-file.ts";

/** A file in the bucket, and what it was found to be before it became an object. */
export interface KeptVideo {
  place: ObjectPlace;
  video: StoredObject;
  content: InspectedContent;
}
