import { createHash, randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { S3Error } from "./s3-error.ts";

export interface S3Directories {
  /** What the buckets' directories are relative to. */
  root: string;
  /** Records of objects and open uploads; outside every bucket, on the same file system. */
  metadata: string;
  /** Bucket name → its directory. Object `k` is the plain file `k` in it. */
  buckets: Readonly<Record<string, string>>;
}

/** The directories contradict each other. */
export class OverlappingDirectories extends Error {
  override readonly name = "OverlappingDirectories";

  constructor(one: string, other: string) {
    super(`The directories ${one} and ${other} must not lie inside one another.`);
  }
}

/** Where everything lies on disk. */
export class Layout {
  readonly metadata: string;
  readonly temporary: string;
  readonly intents: string;
  readonly uploads: string;
  readonly #records: string;
  readonly #buckets: ReadonlyMap<string, string>;

  constructor({ root, metadata, buckets }: S3Directories) {
    this.metadata = resolve(metadata);
    this.temporary = join(this.metadata, "temporary");
    this.intents = join(this.metadata, "intents");
    this.uploads = join(this.metadata, "uploads");
    this.#records = join(this.metadata, "objects");
    this.#buckets = new Map(
      Object.entries(buckets).map(([bucket, directory]) => [bucket, resolve(root, directory)]),
    );
    requireApart([this.metadata, ...this.#buckets.values()]);
  }

  async makeDirectories() {
    const records = [...this.#buckets.keys()].map((bucket) => this.recordsOf(bucket));
    const all = [this.temporary, this.intents, this.uploads, ...records, ...this.#buckets.values()];
    await Promise.all(all.map((directory) => mkdir(directory, { recursive: true })));
  }

  /** @throws S3Error NoSuchBucket */
  directoryOf(bucket: string): string {
    const directory = this.#buckets.get(bucket);
    if (directory === undefined) {
      throw new S3Error("NoSuchBucket", `The specified bucket ${bucket} does not exist.`);
    }
    return directory;
  }

  fileOf(bucket: string, key: string): string {
    return join(this.directoryOf(bucket), key);
  }

  recordsOf(bucket: string): string {
    return join(this.#records, bucket);
  }

  /** A key may be longer than a file name, so its record is named by its hash. */
  recordOf(bucket: string, key: string): string {
    const hash = createHash("sha256").update(key).digest("hex");
    return join(this.recordsOf(bucket), `${hash}.json`);
  }

  /** A path relative to the metadata directory, so that the whole directory may move. */
  portable(path: string): string {
    return relative(this.metadata, path);
  }

  newTemporary(): string {
    return join(this.temporary, randomUUID());
  }

  newIntent(): string {
    return join(this.intents, `${randomUUID()}.json`);
  }

  uploadOf(uploadId: string): string {
    return join(this.uploads, uploadId);
  }
}

function requireApart(directories: readonly string[]) {
  for (const [index, one] of directories.entries()) {
    const inside = directories.find((other, at) => at !== index && isInside(one, other));
    if (inside !== undefined) {
      throw new OverlappingDirectories(one, inside);
    }
  }
}

function isInside(directory: string, parent: string): boolean {
  const path = relative(parent, directory);
  return path.split(sep)[0] !== ".." && !isAbsolute(path);
}
