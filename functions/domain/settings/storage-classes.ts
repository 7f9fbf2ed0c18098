/** Classes that S3 moves nothing to: an object is stored there, or never. */
export const FIRST_CLASSES = ["STANDARD"] as const;

/** Those that lifecycle rules move objects to and that can be read at once, in S3's order. */
export const COLDER_CLASSES = [
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ONEZONE_IA",
  "GLACIER_IR",
] as const;

/**
 * S3's classes whose objects can be read at once, in the order in which lifecycle rules may move an
 * object from one to another. Source: "Transitioning objects using Amazon S3 Lifecycle".
 */
export const READABLE_CLASSES = [...FIRST_CLASSES, ...COLDER_CLASSES] as const;

/** Those that follow, whose objects have to be restored before anybody can read them. */
export const ARCHIVING_CLASSES = ["GLACIER", "DEEP_ARCHIVE"] as const;

export type ReadableClass = (typeof READABLE_CLASSES)[number];
export type StorageClass = ReadableClass | (typeof ARCHIVING_CLASSES)[number];

/** S3 takes an object there only once it is this old, in days. */
export const MIN_DAYS_BEFORE: Partial<Record<StorageClass, number>> = {
  STANDARD_IA: 30,
  ONEZONE_IA: 30,
};

/** S3 charges for no fewer bytes of an object in a colder class, and moves no smaller one there. */
export const SMALLEST_COLD_BYTES = 128 * 1024;

/** Whether an object of this class has to be restored before it can be read. */
export function isArchiving(storageClass: string | undefined): boolean {
  const archiving: readonly (string | undefined)[] = ARCHIVING_CLASSES;
  return archiving.includes(storageClass);
}

/** Whether a lifecycle rule may move an object from one class to the other. */
export function mayFollow(from: StorageClass, to: StorageClass): boolean {
  // The one exception in S3's order.
  if (from === "ONEZONE_IA" && to === "GLACIER_IR") return false;
  const order: readonly StorageClass[] = [...COLDER_CLASSES, ...ARCHIVING_CLASSES];
  return order.indexOf(from) < order.indexOf(to);
}
